using System.Text.Json;
using Sallyport.Contracts.Json;

namespace Sallyport.Storage.Tests.Approvals;

/// <summary>Whom an approval was put to stands in the log: once, again for each circle, and when a directory that was down is back.</summary>
public sealed class AskTests : ApprovalScript
{
    [Theory]
    [Trait("req", "A2.3")]
    [InlineData("1 of group:finance", "ask; ask; 30m; ask", "0: ann bob cy olivia")]
    [InlineData("1 of group:finance but agent-owner", "ask", "0: ann bob cy")]
    [InlineData("1 of group:finance, then 15m group:support", "ask; 14m; ask; 1m; ask; ask", "0: ann bob cy olivia|1: ann bob cy dan eve olivia")]
    [InlineData("1 of group:finance, then 15m group:support, then 30m user:rita", "ask; 30m; ask", "0: ann bob cy olivia|2: ann bob cy dan eve olivia rita")]
    [InlineData("1 of oncall:duty", "duty: eve; ask; duty: dan; ask; 59m; ask", "0: eve")]
    [InlineData("1 of oncall:duty", "duty: down; ask; 31s; ask; duty: eve; ask; 31s; ask; 31s; ask", "0: ?oncall:duty|0: eve")]
    [InlineData("1 of oncall:duty, user:rita", "duty: down; ask", "0: rita ?oncall:duty")]
    [InlineData("1 of ticket-assignee", "assignee: rita; ask", "0: rita")]
    [InlineData("1 of group:finance", "dan for ann 2h; ask", "0: ann bob cy dan olivia")]
    [InlineData("1 of group:finance", "ann-; ask", "0: ann bob cy olivia")]
    [InlineData("1 of group:finance", "dan+ = not_eligible_to_approve", "")]
    [InlineData("2 of group:finance", "ann+; ask; bob+", "0: ann bob cy olivia")]
    [InlineData("1 of group:nobody", "ask", "0:")]
    public async Task Ask_Pending_IsRecordedOncePerCircle(string requirements, string script, string expected)
    {
        await PlayAsync(requirements, script);

        var entries = (await Store.Audit.ChainAsync("default", Action.Id, 100, Cancel)).Where(entry => entry.Kind == "approval.asked").Select(entry => Tell(CanonicalJson.Parse(entry.Leaf)));
        Assert.Equal(expected, string.Join('|', entries));
    }

    private static string Tell(JsonElement leaf)
    {
        var asked = leaf.GetProperty("asked").EnumerateObject().Select(member => member.Name["usr_".Length..]).Order();
        var unknown = leaf.TryGetProperty("unavailable", out var list) ? list.EnumerateArray().Select(who => "?" + who.GetString()) : [];
        return string.Join(' ', asked.Concat(unknown).Prepend(leaf.GetProperty("tier").GetInt32() + ":"));
    }
}
