package dev.muster.collector.rules;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** How a package manager orders versions. */
enum VersionOrder implements Comparator<String> {
    DPKG("deb") {
        @Override
        public int compare(String a, String b) {
            return Versions.compare(a, b);
        }
    },
    RPM("rpm") {
        @Override
        public int compare(String a, String b) {
            return RpmVersions.compare(a, b);
        }
    },
    APK("apk") {
        @Override
        public int compare(String a, String b) {
            return ApkVersions.compare(a, b);
        }
    };

    private final String member;

    VersionOrder(String member) {
        this.member = member;
    }

    /** The member of the facts about packages that has its packages. */
    String member() {
        return member;
    }

    static Optional<VersionOrder> of(String word) {
        for (VersionOrder order : values()) {
            if (order.name().toLowerCase(Locale.ROOT).equals(word)) {
                return Optional.of(order);
            }
        }
        return Optional.empty();
    }
}
