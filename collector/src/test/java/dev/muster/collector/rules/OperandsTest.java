package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OperandsTest {
    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            !facts.name  => facts.name
            a && f(b, [c]).d[0]  => f(b, [c]).d[0]
            (x ? y : z)  => (x ? y : z)
            p || "a b"  => "a b"
            !('x'  => 'x'
            unopened)  => unopened)
            """)
    void theOperandBeforeAnOperator(String text, String operand) {
        assertThat(text.substring(Operands.startOfLast(text))).isEqualTo(operand);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            facts.names && b => facts.names
            ["a", "b"] || c  => ["a", "b"]
            f(a, [b]).c) && d  => f(a, [b]).c
            [unclosed  => [unclosed
            """)
    void theOperandAfterAnOperator(String text, String operand) {
        assertThat(text.substring(0, Operands.endOfFirst(text))).isEqualTo(operand);
    }
}
