using System.Text.Json;
using Sallyport.Console;
using Sallyport.Server.Console;

namespace Sallyport.Server.Tests.Console;

/// <summary>Differences as approvers and reviewers read them.</summary>
public sealed class DiffRowTests
{
    [Fact]
    public void Diff_WithNestedValues_OpensThemAndPutsWhatChangesFirst()
    {
        var rows = DiffRows.Of(JsonElement.Parse("""
            {"before":{"status":"open","account":{"limit_minor":500,"currency":"JPY","owner":"a"},"gone":1},
             "after":{"status":"open","account":{"limit_minor":1500,"currency":"JPY","owner":"a"},"tags":["x","y"]}}
            """));
        Assert.Equal(
            [
                new DiffRow("account › limit", "500 JPY", "1,500 JPY", "+1,000 JPY"), new DiffRow("gone", "1", null, null), new DiffRow("tags", null, "x, y", null),
                new DiffRow("status", "open", "open", null), new DiffRow("account › currency", "JPY", "JPY", null), new DiffRow("account › owner", "a", "a", null),
            ], rows);
    }

    [Fact]
    public void Facts_NamedByTheirPath_FindTheirCurrency() => Assert.Contains(
        KeyValuePair.Create("order › total", "2,500.00 EUR"), DiffRows.Values(JsonElement.Parse("""{"order.total_minor":250000,"order.currency":"EUR"}""")));

    [Fact]
    public void Patch_OfTwoTexts_ShowsWhatDiffersWithWhatIsAround()
    {
        var before = string.Join('\n', Enumerable.Range(1, 40));
        var after = before.Replace("\n20\n", "\ntwenty\n20b\n", StringComparison.Ordinal);
        var shown = string.Join('\n', LinePatch.Of(before, after).Select(line => $"{line.Kind}{line.Text}"));
        Assert.Equal("…\n 17\n 18\n 19\n-20\n+twenty\n+20b\n 21\n 22\n 23\n…", shown);
        Assert.Empty(LinePatch.Of(before, before));
    }
}
