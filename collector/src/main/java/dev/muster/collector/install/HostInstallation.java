package dev.muster.collector.install;

import dev.muster.collector.install.AgentInstaller.Pause;
import dev.muster.collector.install.HostReport.Outcome;
import dev.muster.collector.install.InstallException.Reason;
import dev.muster.collector.install.InstallPlan.Former;
import dev.muster.collector.install.PackageFile.Kind;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One host, from the look at it to its first facts. Every step first looks whether it is done already. What the host says is bounded by
 * {@link Remote} and goes into a command only where it matches a pattern.
 */
final class HostInstallation {
    private static final Pattern FOLDER = Pattern.compile("/[A-Za-z0-9_/-]{1,100}/muster-install\\.[A-Za-z0-9]{1,20}");
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f-]{20,60}");

    private static final int LOOK_SECONDS = 60;
    private static final int COPY_SECONDS = 1_800;
    /** Beside the waiting for a lock. */
    private static final int INSTALL_SECONDS = 1_200;

    private static final int START_SECONDS = 300;
    private static final int POLL_SECONDS = 2;
    /** Beside what the package says; its control data, our script, its log. */
    private static final long SPARE_KIB = 4 << 10;

    private final InstallPlan plan;
    private final CollectorSide collector;
    private final Consumer<String> progress;
    private final Pause pause;
    private final String host;
    private final ConcurrentMap<String, String> hostsByKey;
    private Set<String> trustedBefore = Set.of();
    private String step = "connecting";
    private String log = "";
    private String sudo = "";
    private String sudoInput = "";

    /**
     * @param hostsByKey of this run, by the fingerprints that they told
     */
    HostInstallation(
            InstallPlan plan,
            CollectorSide collector,
            Consumer<String> progress,
            Pause pause,
            String host,
            ConcurrentMap<String, String> hostsByKey) {
        this.plan = plan;
        this.collector = collector;
        this.progress = progress;
        this.pause = pause;
        this.host = host;
        this.hostsByKey = hostsByKey;
    }

    String host() {
        return host;
    }

    /** What is being done, for a report. */
    String step() {
        return step;
    }

    /** The last lines of what failed. */
    String log() {
        return log;
    }

    HostReport over(SshConnection ssh) throws InterruptedException {
        progress.accept("connected; its SSH key is " + ssh.hostKey().orElse("not shown"));
        step = "looking at the host";
        Remote found = Remote.of(ssh.run("exec sh -s", Finished.Input.text(Remote.PROBE), LOOK_SECONDS));
        PackageFile file = packageFor(found);
        progress.accept(found.get("system") + ", " + file.architecture() + "; muster-agent "
                + (found.get("installed").isEmpty() ? "is not installed" : found.get("installed")));
        becomeRoot(ssh, found);
        boolean copies = !found.get("installed").equals(file.version());
        String folder = copy(ssh, found, file, copies);
        try {
            return install(ssh, folder, file);
        } finally {
            tidy(ssh, folder);
        }
    }

    /** Where the connection is gone, the next look at the host does it. */
    private static void tidy(SshConnection ssh, String folder) throws InterruptedException {
        try {
            ssh.run("exec rm -rf " + folder, Finished.Input.NONE, LOOK_SECONDS);
        } catch (InstallException gone) {
            // What went wrong before is what counts.
        }
    }

    private PackageFile packageFor(Remote found) {
        Optional<Kind> kind = Arrays.stream(Kind.values())
                .filter(each -> each.word().equals(found.get("kind")))
                .findFirst();
        if (kind.isEmpty()) {
            throw new InstallException(
                    Reason.NO_PACKAGE,
                    "no package manager that Muster has packages for"
                            + (found.get("machine").isEmpty() ? ": the login shell ran nothing" : ""),
                    "Is it a login that runs commands? The host needs dpkg or rpm.");
        }
        return plan.packages().stream()
                .filter(each -> each.fits(kind.get(), found.get("architecture")))
                .findFirst()
                .orElseThrow(() -> new InstallException(
                        Reason.NO_PACKAGE,
                        "the host takes " + kind.get().word() + " packages for " + found.get("architecture")
                                + "; given are "
                                + plan.packages().stream()
                                        .map(each -> each.kind().word() + " for " + each.architecture())
                                        .collect(Collectors.joining(", ")),
                        "Build the package on such a machine, and give it, too: --package."));
    }

    private void becomeRoot(SshConnection ssh, Remote found) throws InterruptedException {
        switch (found.get("root")) {
            case "yes" -> {}
            case "sudo" -> sudo = "sudo -n ";
            case "asks" -> answerSudo(ssh, found.get("sudo"));
            default ->
                throw new InstallException(
                        Reason.NO_ROOT, "this login is not root, and there is no sudo", "Log in as root: --user root.");
        }
    }

    private void answerSudo(SshConnection ssh, String said) throws InterruptedException {
        if (isForbidden(said)) {
            throw new InstallException(
                    Reason.SUDO_REFUSED, said, "Let this user run sudo, or log in as another one: --user.");
        }
        if (plan.ssh().password().isEmpty()) {
            throw new InstallException(Reason.SUDO_PASSWORD, said, "Say --ask-password, or allow sudo without one.");
        }
        sudo = "sudo -k -S -p '' ";
        sudoInput = plan.ssh().password().get() + "\n";
        // With nothing behind the password: a second attempt of sudo must not read our script as one.
        Finished tried = ssh.run("exec " + sudo + "true", Finished.Input.text(sudoInput), LOOK_SECONDS);
        if (tried.status() != 0) {
            String why = SshConnection.last(SshConnection.lines(tried.err()));
            throw new InstallException(
                    isForbidden(tried.err()) ? Reason.SUDO_REFUSED : Reason.SUDO_PASSWORD,
                    "sudo does not take the password: " + why,
                    "Is it this user's password, and may it use sudo?");
        }
    }

    private static boolean isForbidden(String said) {
        return said.contains("not in the sudoers") || said.contains("not allowed") || said.contains("may not run");
    }

    /** The folder that holds the script and, where it is needed, the package; only this login and root may read it. */
    private String copy(SshConnection ssh, Remote found, PackageFile file, boolean copies) throws InterruptedException {
        step = "copying the package";
        if (copies) {
            needSpace(found.number("free_tmp"), file.bytes() / 1024 + SPARE_KIB, "/var/tmp");
            needSpace(found.number("free_usr"), file.installedKib() + SPARE_KIB, "/usr");
        }
        Finished made = ssh.run(
                "exec sh -c 'umask 077; echo \"muster:folder=$(mktemp -d /var/tmp/muster-install.XXXXXXXX)\"'",
                Finished.Input.NONE,
                LOOK_SECONDS);
        String folder = Remote.of(made).get("folder");
        if (!FOLDER.matcher(folder).matches()) {
            throw new InstallException(
                    Reason.NO_SPACE,
                    "cannot make a folder in /var/tmp: " + SshConnection.last(SshConnection.lines(made.err())),
                    "");
        }
        put(ssh, folder + "/install.sh", Finished.Input.text(Remote.INSTALL), Remote.INSTALL.length());
        if (copies) {
            progress.accept("copying " + file.file().getFileName() + " (" + (file.bytes() >> 20) + " MB)");
            put(ssh, folder + "/muster-agent." + file.kind().word(), Finished.Input.file(file.file()), file.bytes());
        }
        return folder;
    }

    /** Whole, or not at all, even where the connection ends meanwhile. */
    private static void put(SshConnection ssh, String to, Finished.Input input, long bytes)
            throws InterruptedException {
        String command = "exec sh -c 'umask 077; cat >\"$0\" && test \"$(wc -c <\"$0\")\" -eq " + bytes
                + " || { rm -rf \"${0%/*}\"; exit 9; }' " + to;
        Finished copied = ssh.run(command, input, COPY_SECONDS);
        if (copied.status() != 0) {
            String why = SshConnection.last(SshConnection.lines(copied.err()));
            throw new InstallException(
                    why.contains("No space left") ? Reason.NO_SPACE : Reason.CONNECTION_LOST,
                    "not copied whole: " + why,
                    "Run the same again.");
        }
    }

    private static void needSpace(long freeKib, long neededKib, String where) {
        if (freeKib > 0 && freeKib < neededKib) {
            throw new InstallException(
                    Reason.NO_SPACE,
                    where + " has " + (freeKib >> 10) + " MB free, and " + (neededKib >> 10) + " MB are needed",
                    "Make room there.");
        }
    }

    private HostReport install(SshConnection ssh, String folder, PackageFile file) throws InterruptedException {
        step = "installing the package";
        Remote done = asRoot(
                ssh,
                folder,
                "install " + file.kind().word() + " '" + file.version() + "' " + plan.lockSeconds(),
                "",
                plan.lockSeconds() + INSTALL_SECONDS);
        String before = done.get("before");
        String after = done.get("after");
        if (after.isEmpty()) {
            throw new InstallException(
                    Reason.PACKAGE_MANAGER, "the package manager said nothing, and installed nothing", "");
        }
        boolean isChanged = !before.equals(after);
        progress.accept(isChanged ? "installed " + after : "has " + after + " already");
        boolean isOurs =
                done.get("key").equals(plan.key()) && done.get("collectors").equals(plan.collector());
        boolean isEnrolled = isOurs && done.is("enrolled");
        Remote started = isEnrolled && done.is("running") ? done : start(ssh, folder, done, isEnrolled);
        String name = awaitFacts(ssh, folder, started.get("fingerprint"));
        Outcome outcome = Outcome.UNCHANGED;
        if (isChanged) {
            outcome = before.isEmpty() ? Outcome.INSTALLED : Outcome.UPGRADED;
        } else if (!isEnrolled || !done.is("running")) {
            outcome = Outcome.ENROLLED;
        }
        return new HostReport(host, outcome, after, name, Optional.empty());
    }

    private Remote start(SshConnection ssh, String folder, Remote done, boolean isEnrolled)
            throws InterruptedException {
        if (!isEnrolled) {
            return enrol(ssh, folder, done);
        }
        step = "starting the service";
        Remote started = asRoot(ssh, folder, "start", "", START_SECONDS);
        progress.accept("started");
        return started;
    }

    /** A host that the same collector knows needs no token; one that comes from another collector does. */
    private Remote enrol(SshConnection ssh, String folder, Remote done) throws InterruptedException {
        step = "enrolling";
        boolean needsToken = !done.is("enrolled") || !done.get("key").equals(plan.key());
        if (needsToken) {
            trustedBefore = collector.trusted();
        }
        String mode = (needsToken ? "token" : "none") + (plan.former() == Former.REPLACED ? " replace" : "");
        Remote started = asRoot(
                ssh,
                folder,
                "enrol '" + plan.collector() + "' '" + plan.key() + "' " + mode,
                needsToken ? collector.token() + "\n" : "",
                START_SECONDS);
        progress.accept("enrolled and started, its key is " + started.get("fingerprint"));
        return started;
    }

    private Remote asRoot(SshConnection ssh, String folder, String action, String input, int seconds)
            throws InterruptedException {
        Finished.Input all = Finished.Input.text(sudoInput + input);
        Remote remote = Remote.of(ssh.run("exec " + sudo + "sh " + folder + "/install.sh " + action, all, seconds));
        if (remote.status() == 0) {
            return remote;
        }
        log = remote.log();
        Reason reason = Arrays.stream(Reason.values())
                .filter(each -> each.word().equals(remote.get("failure")))
                .findFirst()
                .orElse(Reason.PACKAGE_MANAGER);
        String detail = remote.get("detail").isEmpty()
                ? SshConnection.last(SshConnection.lines(remote.err()))
                : remote.get("detail");
        throw new InstallException(reason, detail, remedy(reason));
    }

    private static String remedy(Reason reason) {
        return switch (reason) {
            case LOCKED -> "Run the same again once it is done, or wait longer: --lock-wait.";
            case OTHER_COLLECTOR -> "If that is meant: --replace.";
            case NOT_STARTED -> "On the host: muster-agent run, as its user, says why.";
            case STRAY_AGENT -> "On the host: stop that one (kill its process). Then run the same again.";
            case NO_SPACE -> "Make room there.";
            default -> "";
        };
    }

    private String awaitFacts(SshConnection ssh, String folder, String fingerprint) throws InterruptedException {
        step = "waiting for the first facts";
        if (!FINGERPRINT.matcher(fingerprint).matches()) {
            throw new InstallException(Reason.NOT_STARTED, "the agent does not say its key", "");
        }
        refuseAnothers(fingerprint);
        CollectorSide.Standing standing = new CollectorSide.Standing.Unheard();
        for (int waited = 0; waited <= plan.factsSeconds(); waited += POLL_SECONDS) {
            standing = collector.standing(fingerprint);
            if (standing instanceof CollectorSide.Standing.Trusted trusted && trusted.reports() > 0) {
                progress.accept("reports as host " + trusted.host());
                return trusted.host();
            }
            pause.seconds(POLL_SECONDS);
        }
        throw silent(standing, asRoot(ssh, folder, "explain", "", LOOK_SECONDS), fingerprint);
    }

    /** A host may tell whatever it likes; what the collector knows of another agent says nothing about this one. */
    private void refuseAnothers(String fingerprint) {
        String first = hostsByKey.putIfAbsent(fingerprint, host);
        if (first != null) {
            throw new InstallException(
                    Reason.OTHER_AGENT,
                    "it says its agent's key is " + fingerprint + ", which is that of " + first,
                    "Are these two names of one host? Else one of them is not what it says.");
        }
        if (trustedBefore.contains(fingerprint)) {
            throw new InstallException(
                    Reason.OTHER_AGENT,
                    "it says its agent's key is " + fingerprint + ", which was trusted before it got a token",
                    "Whose is it? muster agents. If this host's own, from an earlier time: run the same again.");
        }
    }

    private InstallException silent(CollectorSide.Standing standing, Remote said, String fingerprint) {
        String after = " within " + plan.factsSeconds() + " s";
        if (said.get("trust").equals("refused")) {
            return new InstallException(Reason.REFUSED, "the collector refuses it: " + said.get("reason"), "");
        }
        return switch (standing) {
            case CollectorSide.Standing.Unheard _ ->
                new InstallException(
                        Reason.NOT_HEARD,
                        "the agent runs, and the collector heard nothing of it" + after
                                + (said.get("reason").isEmpty() ? "" : " (the agent says: " + said.get("reason") + ")"),
                        "Does a firewall let UDP through to " + plan.collector() + "? On the host: muster-agent ping "
                                + plan.collector());
            case CollectorSide.Standing.Pending _ ->
                new InstallException(
                        Reason.PENDING,
                        "its key waits for approval: the collector took no token from it",
                        "muster agents approve " + fingerprint);
            case CollectorSide.Standing.Trusted trusted ->
                new InstallException(
                        Reason.NO_FACTS,
                        "let in as " + trusted.host() + ", but no facts" + after,
                        "On the host: muster-agent status");
        };
    }
}
