package dev.muster.agent.discovery;

/** Finds out the facts of one instance: by running its script, or by code of the agent. */
public interface Discoverer {
    /**
     * Blocks until done, at most the type's time limit and what stopping takes. Whatever goes wrong is in the result.
     *
     * @throws InterruptedException when the agent stops; nothing of the run is left behind
     */
    RunResult run(PlannedInstance plan) throws InterruptedException;
}
