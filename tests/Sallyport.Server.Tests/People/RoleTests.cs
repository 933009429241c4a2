using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.People;

/// <summary>Least privilege, endpoint by endpoint: who lacks the role is refused before anything of the request is looked at.</summary>
[Trait("req", "A2.2")]
public sealed class RoleTests(RoleTests.Staff staff) : IClassFixture<RoleTests.Staff>
{
    private const string Any = "viewer approver operator administrator";
    private static readonly string[] Roles = Any.Split(' ');

    /// <summary>Method, route and the roles that each suffice by themselves. A refusal of somebody else's role is <c>role_required</c>.</summary>
    private static readonly (string Method, string Route, string Roles)[] Table =
    [
        ("GET", "/v1/approvals", Any), ("GET", "/v1/approvals/{id}", Any), ("GET", "/v1/approvals/{id}/signing", Any),
        ("GET", "/v1/substitutes", Any), ("GET", "/v1/passkeys", Any), ("GET", "/v1/delegations", Any), ("GET", "/v1/people", Any), ("GET", "/v1/agents", Any),
        ("GET", "/v1/halts", Any), ("GET", "/v1/halts/{id}", Any), ("GET", "/v1/releases", Any), ("GET", "/v1/releases/{release}/proof", Any),
        ("GET", "/v1/policy/shadows", Any), ("GET", "/v1/policy/shadows/{workflow}/report", Any), ("GET", "/v1/actions/{id}", Any), ("GET", "/v1/actions/{id}/explanation", Any),
        ("GET", "/v1/chain/{id}", Any), ("GET", "/v1/reports/operations", Any), ("GET", "/v1/audit/entries", Any), ("GET", "/v1/sessions/current", Any),
        ("POST", "/v1/halts", "operator"), ("DELETE", "/v1/halts/{id}", "operator"), ("DELETE", "/v1/agents/{id}", "operator"),
        ("POST", "/v1/actions/{id}/cancel", "operator"), ("POST", "/v1/actions/{id}/compensate", "operator"), ("POST", "/v1/actions/{id}/resolve", "operator"),
        ("POST", "/v1/policy/shadows", "operator"), ("DELETE", "/v1/policy/shadows/{workflow}", "operator"),
        ("POST", "/v1/policy/replays", "operator administrator"), ("POST", "/v1/releases", "operator administrator"), ("POST", "/v1/releases/{release}/activation", "operator administrator"),
        ("POST", "/v1/people/{username}/lock", "operator administrator"),
        ("POST", "/v1/agents", "administrator"), ("POST", "/v1/agents/{id}/keys", "administrator"), ("POST", "/v1/people", "administrator"), ("DELETE", "/v1/people/{username}/lock", "administrator"),
        ("GET", "/v1/people/{username}/sessions", "administrator"), ("DELETE", "/v1/people/{username}/sessions", "administrator"),
        ("GET", "/v1/people/{username}/passkeys", "administrator"), ("DELETE", "/v1/people/{username}/passkeys/{id}", "administrator"),
        ("POST", "/v1/audit/rotate-key", "administrator"), ("POST", "/v1/audit/erase", "administrator"),
        ("POST", "/v1/delegations", "approver operator"),
        ("POST", "/v1/people/{username}/links", "administrator"), ("DELETE", "/v1/people/{username}/links/{system}/{account}", "administrator"),
        ("GET", "/v1/outbox", "operator"), ("GET", "/v1/outbox/{id}", "operator"), ("POST", "/v1/outbox/{id}/retry", "operator"), ("POST", "/v1/outbox/{id}/drop", "operator"),
    ];

    public static TheoryData<string, string, string, bool> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string, bool>();
            foreach (var (method, route, allowed) in Table)
                foreach (var role in Roles) rows.Add(method, route, role, allowed.Split(' ').Contains(role));
            return rows;
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task Endpoint_ForEachRole_IsOpenOrClosed(string method, string route, string role, bool open)
    {
        // What opens is asked with a body that nobody takes, so that nothing happens.
        object? body = method == "POST" ? new { nothing = true } : null;
        var path = route.Replace("{username}", "olivia", StringComparison.Ordinal).Replace("{id}", "nothing_0001", StringComparison.Ordinal).Replace("{release}", "sha256:0", StringComparison.Ordinal).Replace("{workflow}", "none", StringComparison.Ordinal).Replace("{system}/{account}", "slack/U0", StringComparison.Ordinal);
        if (open && route is "/v1/audit/rotate-key" or "/v1/people/{username}/lock" && method == "DELETE") return;
        if (open && method == "DELETE" && route.EndsWith("/sessions", StringComparison.Ordinal)) path = path.Replace("olivia", "nobody.here", StringComparison.Ordinal);

        var answer = await staff.Gate.SendAsync(new HttpMethod(method), path, body, await staff.Gate.SessionAsync(role + ".only"));

        if (open) Assert.False(answer.Status is 401 || (answer.Status == 403 && answer.Code == "role_required"), answer.Text);
        else answer.MustBe(403, "role_required");
    }

    [Fact]
    public void Table_HoldsEveryEndpointForPeople()
    {
        // Machines' own doors, and what everybody who is signed in does with what is theirs.
        string[] others =
        [
            "POST /v1/tools/{tool}/actions", "POST /v1/tasks", "GET /v1/tasks/{id}", "GET /v1/tools", "GET /v1/actions/{id}/receipt", "POST /v1/audit/checkpoint", "GET /v1/audit/trust",
            "POST /v1/sessions", "DELETE /v1/sessions/current", "DELETE /v1/delegations/{id}", "POST /v1/substitutes", "DELETE /v1/substitutes/{id}", "POST /v1/passkeys/offers", "POST /v1/passkeys",
            "DELETE /v1/passkeys/{id}", "POST /v1/approvals/{id}/decision",
        ];
        var mapped = staff.Gate.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.OfType<Microsoft.AspNetCore.Routing.IHttpMethodMetadata>().Single().HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"));

        Assert.Empty(mapped.Except(others).Except(Table.Select(row => $"{row.Method} {row.Route}")));
    }

    [Fact]
    public async Task Decision_NeedsTheRoleAndBeingNamed()
    {
        var pending = (await staff.Gate.RefundAsync("ord_000003", 9_100, "EUR")).MustBe(202, "pending");
        foreach (var role in (string[])["viewer", "operator", "administrator"])
            (await staff.Gate.DecideAsync(role + ".only", pending.ApprovalId!)).MustBe(403, "role_required");
        (await staff.Gate.DecideAsync("frank", pending.ApprovalId!)).MustBe(403, "not_eligible_to_approve");

        (await staff.Gate.DecideAsync("approver.only", pending.ApprovalId!)).MustBe(200);
    }

    /// <summary>A gate with one person for each role, all of them in the group that decides.</summary>
    public sealed class Staff : IAsyncLifetime
    {
        public TestGate Gate { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Gate = await TestGate.StartAsync();
            foreach (var role in Roles)
            {
                var person = new { username = role + ".only", display_name = role, password = TestGate.Password, groups = new[] { "support-leads" }, roles = new[] { role } };
                (await Gate.SendAsync(HttpMethod.Post, "/v1/people", person, await Gate.SessionAsync("admin"))).MustBe(201);
            }
        }

        public ValueTask DisposeAsync() => Gate.DisposeAsync();
    }
}
