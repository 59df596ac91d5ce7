package dev.muster.collector.evidence;

import dev.muster.collector.model.HostId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The names of a bundle's parts, in the order in which they stand in it, and what each may be at most. */
final class BundleFormat {
    static final String FORMAT = "muster-evidence-1";

    static final String RULES = "rules.json.gz";
    static final String WAIVERS = "waivers.json.gz";
    static final String LEAVES = "leaves.gz";
    static final String CHECKPOINTS = "checkpoints.gz";
    static final String MANIFEST = "manifest.json";
    static final String SIGNATURE = "manifest.sig";

    /** The facts of one host are a few megabytes. Implementation choices, all of them. */
    static final int MAX_PART_BYTES = 64 << 20;

    static final int MAX_MANIFEST_BYTES = 16 << 20;

    /** Of those that the manifest lists. */
    static final int MAX_PARTS = 50_000;

    private static final String HOSTS = "hosts/";
    private static final String PACKED = ".json.gz";

    private BundleFormat() {}

    static String host(HostId id) {
        return HOSTS + id + PACKED;
    }

    static boolean isHost(String part) {
        return part.startsWith(HOSTS) && part.endsWith(PACKED);
    }

    static byte[] pack(byte[] content) throws EvidenceException {
        if (content.length > MAX_PART_BYTES) {
            throw new EvidenceException("a part of the bundle would have more than " + MAX_PART_BYTES + " bytes");
        }
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(content);
        } catch (IOException e) {
            throw new EvidenceException("memory does not fail to be written to", e);
        }
        return packed.toByteArray();
    }

    /** Stops one byte above the bound, however much more it would become. */
    static byte[] unpack(byte[] packed) throws EvidenceException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            byte[] content = in.readNBytes(MAX_PART_BYTES + 1);
            if (content.length > MAX_PART_BYTES) {
                throw new EvidenceException("it would become more than " + MAX_PART_BYTES + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw new EvidenceException("it is no gzip: " + e.getMessage(), e);
        }
    }
}
