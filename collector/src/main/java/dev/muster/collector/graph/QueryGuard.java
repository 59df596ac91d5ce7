package dev.muster.collector.graph;

import dev.muster.collector.graph.GraphException.Kind;
import java.util.Locale;
import java.util.Set;
import org.neo4j.driver.Value;
import org.neo4j.driver.summary.Plan;
import org.neo4j.driver.summary.QueryType;
import org.neo4j.driver.summary.ResultSummary;

/**
 * Decides whether people's Cypher may run. Pure: text first, then the plan that EXPLAIN made of it.
 *
 * <p>Neo4j's Community edition knows no user who may only read. The server enforces READ transactions against writes, schema and users, but
 * lets LOAD CSV, SHOW and TERMINATE through. So both lists here say what is allowed, and what a later release adds is refused until
 * somebody has looked at it.
 */
final class QueryGuard {
    static final int MAX_CHARS = 50_000;

    /** What a query that only reads begins with. SHOW, TERMINATE, ALTER, USE, CYPHER, EXPLAIN, PROFILE and LOAD are not among them. */
    private static final Set<String> FIRST_WORDS =
            Set.of("MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL", "LET", "FILTER", "FOR");

    private static final Set<String> PROCEDURES = Set.of(
            "db.labels",
            "db.relationshipTypes",
            "db.propertyKeys",
            "db.schema.visualization",
            "db.schema.nodeTypeProperties",
            "db.schema.relTypeProperties");

    /** Operators that read, without what follows in brackets: {@code Expand} stands for {@code Expand(All)} and {@code Expand(Into)}. */
    private static final Set<String> OPERATORS = Set.of(
            "AllNodesScan",
            "AntiConditionalApply",
            "AntiSemiApply",
            "Apply",
            "Argument",
            "AssertSameNode",
            "AssertSameRelationship",
            "BFSPruningVarExpand",
            "CacheProperties",
            "CartesianProduct",
            "ConditionalApply",
            "DirectedAllRelationshipsScan",
            "DirectedRelationshipByElementIdSeek",
            "DirectedRelationshipByIdSeek",
            "DirectedRelationshipIndexContainsScan",
            "DirectedRelationshipIndexEndsWithScan",
            "DirectedRelationshipIndexScan",
            "DirectedRelationshipIndexSeek",
            "DirectedRelationshipIndexSeekByRange",
            "DirectedRelationshipTypeScan",
            "DirectedUnionRelationshipTypesScan",
            "Distinct",
            "Eager",
            "EagerAggregation",
            "EmptyResult",
            "EmptyRow",
            "Expand",
            "Filter",
            "IntersectionNodeByLabelsScan",
            "LeftOuterHashJoin",
            "LetAntiSemiApply",
            "LetSelectOrAntiSemiApply",
            "LetSelectOrSemiApply",
            "LetSemiApply",
            "Limit",
            "MultiNodeIndexSeek",
            "NodeByElementIdSeek",
            "NodeByIdSeek",
            "NodeByLabelScan",
            "NodeCountFromCountStore",
            "NodeHashJoin",
            "NodeIndexContainsScan",
            "NodeIndexEndsWithScan",
            "NodeIndexScan",
            "NodeIndexSeek",
            "NodeIndexSeekByRange",
            "NodeLeftOuterHashJoin",
            "NodeRightOuterHashJoin",
            "NodeUniqueIndexSeek",
            "NodeUniqueIndexSeekByRange",
            "Optional",
            "OptionalExpand",
            "OrderedAggregation",
            "OrderedDistinct",
            "OrderedUnion",
            "PartialSort",
            "PartialTop",
            "ProcedureCall",
            "ProduceResults",
            "ProjectEndpoints",
            "Projection",
            "RelationshipCountFromCountStore",
            "Repeat",
            "RightOuterHashJoin",
            "RollUpApply",
            "SelectOrAntiSemiApply",
            "SelectOrSemiApply",
            "SemiApply",
            "ShortestPath",
            "Skip",
            "Sort",
            "StatefulShortestPath",
            "SubtractionNodeByLabelsScan",
            "Top",
            "TriadicBuild",
            "TriadicFilter",
            "TriadicSelection",
            "UndirectedAllRelationshipsScan",
            "UndirectedRelationshipByElementIdSeek",
            "UndirectedRelationshipByIdSeek",
            "UndirectedRelationshipIndexContainsScan",
            "UndirectedRelationshipIndexEndsWithScan",
            "UndirectedRelationshipIndexScan",
            "UndirectedRelationshipIndexSeek",
            "UndirectedRelationshipIndexSeekByRange",
            "UndirectedRelationshipTypeScan",
            "UndirectedUnionRelationshipTypesScan",
            "Union",
            "UnionNodeByLabelsScan",
            "Unwind",
            "ValueHashJoin",
            "VarLengthExpand");

    private QueryGuard() {}

    /** Refuses by text alone, before anything is sent. */
    static void checkText(String cypher) {
        if (cypher.length() > MAX_CHARS) {
            throw refused("The query is longer than " + MAX_CHARS + " characters; pass long values as parameters.");
        }
        if (cypher.contains("\\u") || cypher.contains("\\U")) {
            throw refused("Write characters themselves, or pass them as parameters, in place of \\u escapes.");
        }
        String word = firstWord(cypher);
        if (word.isEmpty()) {
            throw refused("The query is empty.");
        }
        if (!FIRST_WORDS.contains(word)) {
            throw refused("A query begins with one of MATCH, OPTIONAL MATCH, UNWIND, WITH, RETURN or CALL, not with "
                    + shown(word) + ": here the graph can only be read.");
        }
    }

    /** Refuses by what the server means to do. */
    static void checkPlan(ResultSummary explained) {
        if (explained.queryType() != QueryType.READ_ONLY) {
            throw refused("The query would change the graph or its server: here it can only be read.");
        }
        checkOperators(explained
                .queryPlan()
                .orElseThrow(
                        () -> refused("The server shows no plan for this query, so nobody can say what it would do.")));
    }

    private static void checkOperators(Plan plan) {
        String operator = operator(plan.operatorType());
        if (!OPERATORS.contains(operator)) {
            throw refused(
                    "The query needs the operator " + operator + ", which is not on the list of those that only read.");
        }
        if (operator.equals("ProcedureCall")) {
            checkProcedure(plan);
        }
        plan.children().forEach(QueryGuard::checkOperators);
    }

    private static void checkProcedure(Plan plan) {
        Value details = plan.arguments().get("Details");
        String text = details == null ? "" : details.asString();
        int end = text.indexOf('(');
        String name = end < 0 ? text : text.substring(0, end).strip();
        if (!PROCEDURES.contains(name)) {
            throw refused("The procedure " + shown(name) + " may not be called here; these may: "
                    + String.join(", ", PROCEDURES.stream().sorted().toList()) + ".");
        }
    }

    /** {@code Expand(All)@neo4j} is {@code Expand}. */
    private static String operator(String type) {
        int end = 0;
        while (end < type.length() && Character.isLetter(type.charAt(end))) {
            end++;
        }
        return type.substring(0, end);
    }

    /** The first word after white space and comments, in upper case; or the first character where it is no letter. */
    static String firstWord(String cypher) {
        int at = skipBlank(cypher);
        int end = at;
        while (end < cypher.length() && isWordPart(cypher.charAt(end))) {
            end++;
        }
        if (end == at) {
            return cypher.substring(at, Math.min(at + 1, cypher.length()));
        }
        return cypher.substring(at, end).toUpperCase(Locale.ROOT);
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static int skipBlank(String cypher) {
        int at = 0;
        while (at < cypher.length()) {
            if (Character.isWhitespace(cypher.charAt(at))) {
                at++;
            } else if (cypher.startsWith("//", at)) {
                int end = cypher.indexOf('\n', at);
                at = end < 0 ? cypher.length() : end + 1;
            } else if (cypher.startsWith("/*", at)) {
                int end = cypher.indexOf("*/", at + 2);
                at = end < 0 ? cypher.length() : end + 2;
            } else {
                return at;
            }
        }
        return at;
    }

    private static String shown(String word) {
        return word.length() <= 40 ? word : word.substring(0, 40) + "…";
    }

    private static GraphException refused(String message) {
        return new GraphException(Kind.REFUSED, message);
    }
}
