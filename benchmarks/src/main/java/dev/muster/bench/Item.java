package dev.muster.bench;

import java.util.List;

/** Something to measure. */
interface Item {
    List<Row> measure() throws Exception;
}
