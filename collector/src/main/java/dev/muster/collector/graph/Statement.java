package dev.muster.collector.graph;

/**
 * The constant statements that write, each over the rows of {@link Rows#batch}. Within a commit they run in the order in which they stand here, so that what
 * a statement matches was made by one above it.
 */
enum Statement {
    PUT_RULE_SET("""
            UNWIND $batch.rows AS row
            MERGE (s:RuleSet {hash: row.hash}) SET s += row.properties
            WITH row WHERE row.inForce
            MATCH (m:Meta {id: 1}) SET m.ruleSetHash = row.hash"""),
    PUT_RULE("""
            UNWIND $batch.rows AS row
            MERGE (r:Rule {id: row.id}) SET r += row.properties
            MERGE (s:RuleSet {hash: row.ruleSet})
            MERGE (r)-[:IN]->(s)"""),
    PUT_HOST("""
            UNWIND $batch.rows AS row
            MERGE (h:Host {id: row.id}) SET h += row.properties"""),
    PUT_TOKEN("""
            UNWIND $batch.rows AS row
            MERGE (t:Token {hash: row.hash})
            SET t.usesLeft = row.usesLeft, t.expires = row.expires, t.created = row.created"""),
    REVOKE_AGENT("""
            UNWIND $batch.rows AS row
            MATCH (a:Agent {keyId: row.keyId})
            SET a.validTo = row.at"""),
    BIND_AGENT("""
            UNWIND $batch.rows AS row
            MATCH (h:Host {id: row.host})
            CREATE (a:Agent {keyId: row.keyId, publicKey: row.publicKey, validFrom: row.at,
                replaces: CASE row.replaces WHEN '' THEN null ELSE row.replaces END})
            CREATE (h)<-[:SPEAKS_FOR {since: row.at}]-(a)"""),
    PUT_AGENT_SEEN("""
            UNWIND $batch.rows AS row
            MATCH (h:Host {id: row.host})
            SET h.agentAt = row.at, h.agentRun = row.run"""),
    PUT_SCORES("""
            UNWIND $batch.rows AS row
            MERGE (s:ScoreDay {day: row.day}) SET s.json = row.json"""),
    PUT_JUDGED_ON("""
            UNWIND $batch.rows AS row
            MATCH (h:Host {id: row.host})
            SET h.judgedOn = row.day"""),
    PUT_NEXT("""
            UNWIND $batch.rows AS row
            MATCH (h:Host {id: row.host})
            OPTIONAL MATCH (h)-[old:NEXT]->()
            DELETE old
            WITH DISTINCT h, row
            UNWIND row.next AS next
            MATCH (other:Host {id: next.host})
            CREATE (h)-[:NEXT {ring: next.ring}]->(other)"""),
    PUT_SILENCE("""
            UNWIND $batch.rows AS row
            MATCH (r:Host {id: row.reporter}), (h:Host {id: row.host})
            MERGE (r)-[s:HEARS_NOT]->(h) ON CREATE SET s.since = row.at
            SET s.state = row.state"""),
    DROP_SILENCE("""
            UNWIND $batch.rows AS row
            MATCH (:Host {id: row.reporter})-[s:HEARS_NOT]->(:Host {id: row.host})
            DELETE s"""),
    PUT_FACTS("""
            UNWIND $batch.rows AS row
            MATCH (h:Host {id: row.host})
            MERGE (f:Facts {key: row.key})
            SET f += row.properties
            MERGE (h)-[:REPORTS]->(f)"""),
    PUT_RUNS("""
            UNWIND $batch.rows AS row
            MATCH (h:Host {id: row.host})
            SET h.summedUp = row.at
            WITH h, row
            CALL (row) {
                UNWIND row.runs AS run
                MATCH (f:Facts {key: run.key})
                SET f.lastRun = run.at, f.everySeconds = run.every
            }
            WITH h, row
            OPTIONAL MATCH (h)-[:REPORTS]->(f:Facts)
            WHERE f.hash <> ''
                AND f.lastRun.epochSeconds + row.missable * f.everySeconds + row.grace < row.at.epochSeconds
            WITH h, count(f) AS stale
            SET h.stale = stale"""),
    ADD_FACTS_CHANGE("""
            UNWIND $batch.rows AS row
            MATCH (f:Facts {key: row.key})
            OPTIONAL MATCH (f)-[old:BEFORE]->(head:Change)
            CREATE (c:Change) SET c = row.change
            CREATE (f)-[:BEFORE]->(c)
            FOREACH (_ IN CASE WHEN head IS NULL THEN [] ELSE [1] END | CREATE (c)-[:BEFORE]->(head))
            DELETE old"""),
    PUT_VERDICTS("""
            UNWIND $batch.rows AS row
            MATCH (h:Host {id: row.host})
            MERGE (v:Verdicts {key: row.key})
            SET v += row.properties
            MERGE (h)-[:JUDGED]->(v)"""),
    ADD_VERDICTS_CHANGE("""
            UNWIND $batch.rows AS row
            MATCH (v:Verdicts {key: row.key})
            OPTIONAL MATCH (v)-[old:BEFORE]->(head:Change)
            CREATE (c:Change) SET c = row.change
            CREATE (v)-[:BEFORE]->(c)
            FOREACH (_ IN CASE WHEN head IS NULL THEN [] ELSE [1] END | CREATE (c)-[:BEFORE]->(head))
            DELETE old"""),
    OPEN_FINDING("""
            UNWIND $batch.rows AS row
            MATCH (h:Host {id: row.host})
            MATCH (r:Rule {id: row.rule})
            CREATE (f:Finding {id: randomUUID(), openKey: row.key})
            SET f += row.properties
            CREATE (f)-[:ON]->(h)
            CREATE (f)-[:OF]->(r)"""),
    CLOSE_FINDING("""
            UNWIND $batch.rows AS row
            MATCH (f:Finding {openKey: row.key})
            SET f.closed = row.at
            REMOVE f.openKey"""),
    PUT_WAIVER("""
            UNWIND $batch.rows AS row
            MERGE (w:Waiver {id: row.id}) SET w += row.properties"""),
    CLOSE_WAIVED("""
            UNWIND $batch.rows AS row
            MATCH (f:Finding {openKey: row.key})-[:OF]->(r:Rule)
            SET f.closed = row.at
            REMOVE f.openKey
            WITH f, r, row
            MATCH (w:Waiver {id: row.waiver})
            MERGE (w)-[:COVERS]->(r)
            CREATE (f)-[:WAIVED_BY]->(w)"""),
    SHOW_EVIDENCE("""
            UNWIND $batch.rows AS row
            MATCH (f:Finding {openKey: row.key})
            SET f.evidence = row.evidence"""),
    ADD_EVENT("""
            UNWIND $batch.rows AS row
            CREATE (e:Event) SET e = row.properties
            WITH e, row WHERE row.host <> ''
            MATCH (h:Host {id: row.host})
            CREATE (e)-[:ABOUT]->(h)"""),
    ADD_OUTBOX("""
            UNWIND $batch.rows AS row
            CREATE (o:Outbox {id: row.id, route: row.route, events: row.events, created: row.created, due: row.due,
                attempts: 0})"""),
    /** The row is locked before it is looked at: a worker that claims it at the same time takes the merge key away. */
    SUMMARISE("""
            UNWIND $batch.rows AS row
            OPTIONAL MATCH (found:Outbox {mergeKey: row.mergeKey})
            CALL (found) {
                WITH found WHERE found IS NOT NULL
                SET found.touched = true
                WITH found WHERE found.mergeKey IS NOT NULL
                RETURN collect(found) AS standing
            }
            FOREACH (o IN standing | SET o.events = o.events + row.events)
            FOREACH (_ IN CASE WHEN standing = [] THEN [1] ELSE [] END |
                CREATE (:Outbox {id: row.id, route: row.route, events: row.events, created: row.created, due: row.due,
                    attempts: 0, mergeKey: row.mergeKey}))"""),
    SETTLE_OUTBOX("""
            UNWIND $batch.rows AS row
            MATCH (o:Outbox {id: row.id})
            SET o.settledAt = row.at, o.error = row.error, o.outcome = 'refused'
            REMOVE o.due, o.claimedBy, o.claimedUntil"""),
    ADVANCE("""
            UNWIND $batch.rows AS row
            MATCH (h:Host {id: row.host})
            MERGE (a:Applied {key: row.key})
            ON CREATE SET a.host = row.host, a.spool = row.spool, a.channel = row.channel, a.seq = 0
            MERGE (h)-[:APPLIED]->(a)
            WITH a, row WHERE a.seq = row.from
            SET a.seq = row.to
            RETURN count(*) AS advanced"""),
    ADD_DEAD_LETTER("""
            UNWIND $batch.rows AS row
            MERGE (d:DeadLetter {id: row.id}) SET d += row.properties""");

    private final String cypher;

    Statement(String cypher) {
        this.cypher = cypher;
    }

    String cypher() {
        return cypher;
    }
}
