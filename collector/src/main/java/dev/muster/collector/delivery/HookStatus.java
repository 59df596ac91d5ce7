package dev.muster.collector.delivery;

import java.util.List;
import java.util.Optional;

/**
 * How the hooks do, since the collector started.
 *
 * @param hooks the names of those that are run
 * @param refused what is in the folder and is not run, with the reason
 * @param runs how often a hook was run
 * @param failures how often one failed
 */
public record HookStatus(
        List<String> hooks, List<String> refused, long runs, long failures, Optional<String> lastFailure) {
    static final HookStatus NOTHING_YET = new HookStatus(List.of(), List.of(), 0, 0, Optional.empty());

    HookStatus listed(HookFolder.Listing listing) {
        List<String> names = listing.hooks().stream()
                .map(hook -> hook.getFileName().toString())
                .toList();
        return new HookStatus(names, listing.refused(), runs, failures, lastFailure);
    }

    HookStatus ran() {
        return new HookStatus(hooks, refused, runs + 1, failures, lastFailure);
    }

    HookStatus failed(String failure) {
        return new HookStatus(hooks, refused, runs, failures + 1, Optional.of(failure));
    }
}
