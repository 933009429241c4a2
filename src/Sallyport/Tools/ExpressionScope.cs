using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Cel;
using Sallyport.Contracts.Json;

namespace Sallyport.Tools;

/// <summary>When an expression is evaluated decides which variables it may name.</summary>
public enum ExpressionStage
{
    /// <summary>Only <c>args</c>, <c>agent</c> and <c>task</c>: before any fact is read.</summary>
    Request,

    /// <summary>Also <c>facts</c>: eligibility, resource, policy, diff.</summary>
    Decide,

    /// <summary>Also <c>decision</c> and <c>approvals</c>: invariants and guarantees.</summary>
    Invariant,

    /// <summary>Also <c>action</c>: the request that leaves.</summary>
    Effect,

    /// <summary>Also <c>probe</c> and <c>result</c>: reading an answer, compensating.</summary>
    Outcome,
}

/// <summary>The typed variables of a tool's expressions, one environment per <see cref="ExpressionStage"/>.</summary>
public sealed class ExpressionScope
{
    private static readonly JsonElement AgentSchema = CanonicalJson.Parse("""
        {"type":"object","additionalProperties":false,"required":["id","name","owner"],
         "properties":{"id":{"type":"string"},"name":{"type":"string"},"owner":{"type":"string"}}}
        """);

    private static readonly JsonElement TaskSchema = CanonicalJson.Parse("""
        {"type":"object","additionalProperties":false,"required":["id","source","input"],
         "properties":{"id":{"type":"string"},"source":{"type":"string"},"input":{"type":"object"}}}
        """);

    private static readonly CelType ActionType = CelType.FromJsonSchema(CanonicalJson.Parse("""
        {"type":"object","additionalProperties":false,"required":["id","attempt"],
         "properties":{"id":{"type":"string"},"attempt":{"type":"integer"}}}
        """));

    private readonly Dictionary<ExpressionStage, CelEnvironment> _environments = [];

    /// <summary>Builds the environments from the schemas that the contract states.</summary>
    /// <param name="args">The arguments' JSON Schema.</param>
    /// <param name="facts">Fact name and its JSON Schema.</param>
    public ExpressionScope(JsonElement args, IEnumerable<KeyValuePair<string, JsonElement>> facts)
    {
        var variables = new List<CelVariable>
        {
            new("args", CelType.FromJsonSchema(args)), new("agent", CelType.FromJsonSchema(AgentSchema)), new("task", CelType.FromJsonSchema(TaskSchema)),
        };
        Add(ExpressionStage.Request, variables);
        variables.Add(new CelVariable("facts", CelType.FromJsonSchema(FactsSchema(facts, schema => Closed(JsonSerializer.SerializeToNode(schema))))));
        Add(ExpressionStage.Decide, variables);
        Add(ExpressionStage.Invariant, [.. variables, new CelVariable("decision", CelType.String), new CelVariable("approvals", CelType.Int)]);
        Add(ExpressionStage.Effect, [.. variables, new CelVariable("action", ActionType)]);
        Add(ExpressionStage.Outcome,
            [.. variables, new CelVariable("action", ActionType), new CelVariable("probe", CelType.Dyn), new CelVariable("result", CelType.Dyn)]);
    }

    /// <summary>The environment of a stage.</summary>
    public CelEnvironment this[ExpressionStage stage] => _environments[stage];

    /// <summary>The schema of every variable that a decision sees, for proofs about all decisions.</summary>
    /// <param name="args">The arguments' JSON Schema.</param>
    /// <param name="facts">Fact name and its JSON Schema.</param>
    public static IReadOnlyDictionary<string, JsonElement> DecisionInputs(JsonElement args, IEnumerable<KeyValuePair<string, JsonElement>> facts) =>
        new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["args"] = args, ["facts"] = FactsSchema(facts, schema => JsonSerializer.SerializeToNode(schema)), ["agent"] = AgentSchema, ["task"] = TaskSchema,
        };

    private void Add(ExpressionStage stage, IEnumerable<CelVariable> variables) =>
        _environments[stage] = CelEnvironment.Create(variables);

    private static JsonElement FactsSchema(IEnumerable<KeyValuePair<string, JsonElement>> facts, Func<JsonElement, JsonNode?> shape)
    {
        var properties = facts.ToDictionary(fact => fact.Key, fact => Moved(shape(fact.Value), fact));
        return JsonSerializer.SerializeToElement(new
        {
            type = "object",
            additionalProperties = false,
            required = properties.Keys,
            properties,
        });
    }

    /// <summary>
    /// A path in a fact's schema starts at that schema, which is a member of another one here. A schema whose parts have identifiers keeps
    /// its references: they start at those.
    /// </summary>
    private static JsonNode? Moved(JsonNode? schema, KeyValuePair<string, JsonElement> fact)
    {
        if (fact.Value.GetRawText() is var text && (!text.Contains("\"$ref\"", StringComparison.Ordinal) || text.Contains("\"$id\"", StringComparison.Ordinal))) return schema;
        var root = "#/properties/" + Uri.EscapeDataString(fact.Key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        Move(schema, root);
        return schema;
    }

    private static void Move(JsonNode? node, string root)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list) Move(item, root);
        }

        if (node is not JsonObject schema) return;
        foreach (var (keyword, value) in schema.ToList())
        {
            if (keyword == "$ref" && value is JsonValue text && text.TryGetValue<string>(out var path) && path is "#" or ['#', '/', ..]) schema[keyword] = root + path[1..];
            else if (keyword is "properties" or "patternProperties" or "$defs" && value is JsonObject members)
            {
                // These hold schemas by names that may look like keywords.
                foreach (var (_, member) in members) Move(member, root);
            }
            else if (keyword is not ("const" or "enum" or "default" or "examples")) Move(value, root);
        }
    }

    /// <summary>
    /// A system of record may add members to its answers at any time, so the schema stays open; an expression may only name what the
    /// schema declares, so its type is closed and a misspelt fact is a fault of the bundle instead of an evaluation error at run time.
    /// </summary>
    private static JsonNode? Closed(JsonNode? schema)
    {
        if (schema is not JsonObject node) return schema;
        if (node["properties"] is JsonObject members)
        {
            node.TryAdd("additionalProperties", false);
            foreach (var (_, member) in members) Closed(member);
        }

        Closed(node["items"]);
        return schema;
    }
}
