using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Server.Http;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Server.OpenApi;

/// <summary>OpenAPI 3.1 at <c>/openapi/v1.json</c>: one path per tool, made from the contracts of the active releases.</summary>
internal static class OpenApiDocument
{
    internal static void MapOpenApiDocument(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/openapi/v1.json", (PublicAddress address, ReleaseRegistry releases) =>
            Results.Text(Build(address.Url, releases.Active.SelectMany(release => release.Tools.Values)).ToJsonString(), "application/json"));

    internal static JsonObject Build(string url, IEnumerable<ToolContract> tools)
    {
        var paths = new JsonObject();
        foreach (var tool in tools.OrderBy(tool => tool.Name, StringComparer.Ordinal)) paths[$"/v1/tools/{tool.Name}/actions"] = new JsonObject { ["post"] = Operation(tool) };
        paths["/v1/tasks"] = new JsonObject { ["post"] = Simple("openTask", "Open a task", "TaskCall", "TaskView", "201") };
        paths["/v1/actions/{id}"] = new JsonObject
        {
            ["parameters"] = new JsonArray(Parameter("id", "path", "The action's id.")),
            ["get"] = WithParameter(Simple("showAction", "Look at an action, waiting for its end if asked to", null, "ActionView", "200"), Parameter("wait", "query", "How long to wait, for example 30s; at most 60s.")),
        };
        paths["/v1/actions/{id}/cancel"] = IdPath("cancelAction", "Call an action off before anything has left");
        paths["/v1/actions/{id}/compensate"] = IdPath("compensateAction", "Propose the rollback of an action");
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Sallyport", ["version"] = "1", ["description"] = "Governed tools: an agent proposes, policy and people decide, the server acts once." },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = url }),
            ["security"] = new JsonArray(new JsonObject { ["oauth"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = WireSchemas.All(), ["securitySchemes"] = Security(url, tools), ["responses"] = new JsonObject { ["Problem"] = ProblemResponse() } },
        };
    }

    private static JsonObject Operation(ToolContract tool)
    {
        var request = WireSchemas.Of<ActionCall>();
        request["properties"]!["arguments"] = JsonNode.Parse(tool.InputSchema.GetRawText());
        var examples = new JsonObject();
        foreach (var example in tool.Examples)
            examples[example.Name] = new JsonObject { ["value"] = JsonSerializer.SerializeToNode(new { arguments = example.Arguments, dry_run = example.DryRun, task_id = "tsk_…", idempotency_key = "0197d1f2-example-key" }) };
        var answer = tool.ReadOnly ? "ReadView" : "ActionView";
        var responses = new JsonObject { ["200"] = Answer(tool.ReadOnly ? "The facts." : "Done, or a dry run.", answer) };
        if (!tool.ReadOnly) responses["202"] = Answer("Waiting for people, or under way.", answer);
        responses["default"] = new JsonObject { ["$ref"] = "#/components/responses/Problem" };
        var body = new JsonObject { ["schema"] = request };
        if (examples.Count > 0) body["examples"] = examples;
        return new JsonObject
        {
            ["operationId"] = tool.Name,
            ["summary"] = tool.Title,
            ["description"] = tool.Description,
            ["tags"] = new JsonArray("tools"),
            ["security"] = new JsonArray(new JsonObject { ["oauth"] = new JsonArray(tool.Scope) }),
            ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["application/json"] = body } },
            ["responses"] = responses,
        };
    }

    private static JsonObject Simple(string id, string summary, string? request, string answer, string status)
    {
        var operation = new JsonObject { ["operationId"] = id, ["summary"] = summary };
        if (request is not null) operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(request) };
        operation["responses"] = new JsonObject { [status] = Answer("Done.", answer), ["default"] = new JsonObject { ["$ref"] = "#/components/responses/Problem" } };
        return operation;
    }

    private static JsonObject IdPath(string id, string summary) => new()
    {
        ["parameters"] = new JsonArray(Parameter("id", "path", "The action's id.")), ["post"] = Simple(id, summary, null, "ActionView", "200"),
    };

    private static JsonObject WithParameter(JsonObject operation, JsonObject parameter)
    {
        operation["parameters"] = new JsonArray(parameter);
        return operation;
    }

    private static JsonObject Parameter(string name, string place, string description) => new()
    {
        ["name"] = name, ["in"] = place, ["required"] = place == "path", ["description"] = description, ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Answer(string description, string schema) => new() { ["description"] = description, ["content"] = Content(schema) };

    private static JsonObject Content(string schema) =>
        new() { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/" + schema } } };

    private static JsonObject ProblemResponse() => new()
    {
        ["description"] = "Refused, denied, or in doubt: " + string.Join(", ", ErrorCatalogue.All.Keys.Order(StringComparer.Ordinal)) + ", or a code of the tool.",
        ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" } } },
    };

    private static JsonObject Security(string url, IEnumerable<ToolContract> tools)
    {
        var scopes = new JsonObject();
        foreach (var tool in tools) scopes[tool.Scope] = tool.Title;
        return new JsonObject
        {
            ["oauth"] = new JsonObject
            {
                ["type"] = "oauth2",
                ["description"] = "client_credentials with private_key_jwt (RFC 7523).",
                ["flows"] = new JsonObject { ["clientCredentials"] = new JsonObject { ["tokenUrl"] = url + "/oauth/token", ["scopes"] = scopes } },
            },
        };
    }
}
