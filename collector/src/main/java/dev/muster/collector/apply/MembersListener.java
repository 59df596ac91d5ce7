package dev.muster.collector.apply;

import dev.muster.collector.membership.Members;
import dev.muster.collector.model.HostId;
import java.util.Set;

/** Learns who is a member and who is not. Called on the apply worker, or before it starts: answer at once. */
public interface MembersListener {
    /**
     * This is committed.
     *
     * @param members not changed any more
     * @param concerned who may stand otherwise than at the call before; at the first call everybody
     */
    void committed(Members members, Set<HostId> concerned);
}
