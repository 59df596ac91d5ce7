package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "/etc/passwd, /etc/passwd, true",
        "/etc/*, /etc/passwd, true",
        "/etc/*, /etc/a/b, false",
        "/etc/*, /etc/.hidden, false",
        "/etc/.*, /etc/.hidden, true",
        "/etc/*/*, /etc/a/b, true",
        "/etc/cron.*, /etc/cron.d, true",
        "/etc/cron.*, /etc/crontab, false",
        "/lib*/*.so*, /lib64/libc.so.6, true",
        "/lib*/*.so*, /lib64/libc.a, false",
        "/dev/sd[a-c], /dev/sdb, true",
        "/dev/sd[a-c], /dev/sdd, false",
        "/dev/sd[!a-c], /dev/sdd, true",
        "/dev/sd[!a-c], /dev/sda, false",
        "/dev/sd[, /dev/sd[, true",
        "/a?c, /abc, true",
        "/a?c, /ac, false",
        "/a*b*c, /aXbXbXc, true",
        "/a*b*c, /aXbXbX, false",
        "/*, /, true",
    })
    void matchesAsAShellWould(String pattern, String path, boolean matches) {
        assertThat(Glob.of(pattern).matches(path)).isEqualTo(matches);
    }

    @Test
    void manyStarsOverALongNameAreCheap() {
        assertThat(Glob.of("/" + "a*".repeat(500) + "b").matches("/" + "a".repeat(4_000)))
                .isFalse();
    }
}
