using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Tools;

namespace Sallyport.Tests.Tools;

public sealed class JsonTemplateTests
{
    private const string Args = """{"s":"a b","n":7,"t":true,"l":[1],"bad":"../x?y","dot":"..","one":".","z":null}""";

    [Theory]
    [InlineData("\"${args.n}\"", "7")]
    [InlineData("\"${args.t}\"", "true")]
    [InlineData("\"${args.l}\"", "[1]")]
    [InlineData("\"${args.s}\"", "\"a b\"")]
    [InlineData("\"n=${args.n}, t=${args.t}\"", "\"n=7, t=true\"")]
    [InlineData("\"region=${args.s}\"", "\"region=a b\"")]
    [InlineData("\"${'}' + args.s}\"", "\"}a b\"")]
    [InlineData("{\"a\":[1,\"${args.n}\",null]}", "{\"a\":[1,7,null]}")]
    [InlineData("\"plain\"", "\"plain\"")]
    [InlineData("\"/o/${args.bad}\"", "\"/o/..%2Fx%3Fy\"")]
    [InlineData("\"/o?e=${args.s}&f=${args.bad}\"", "\"/o?e=a%20b&f=..%2Fx%3Fy\"")]
    public void Render_Template_GivesTheValue(string template, string expected)
    {
        Assert.True(Compile(template).TryRender(Calls.Input(Args), out var value, out var error), error);
        Assert.Equal(expected, CanonicalJson.ToText(value));
    }

    [Theory]
    [InlineData("\"/o/${args.dot}\"", "another path")]
    [InlineData("\"/o/${args.dot}/x?y=1\"", "another path")]
    [InlineData("\"/o/${args.one}\"", "another path")]
    [InlineData("\"/o/.${args.one}/x\"", "another path")]
    [InlineData("\"x${args.l}\"", "not a scalar")]
    [InlineData("\"x${args.none}\"", "none")]
    public void Render_NotSafeOrNotThere_Fails(string template, string fragment)
    {
        Assert.False(Compile(template).TryRender(Calls.Input(Args), out _, out var error));
        Assert.Contains(fragment, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_AnyArgument_StaysBelowItsPrefix()
    {
        const int seed = 3986;
        var random = new SplitMix(seed);
        var template = Compile("\"/o/${args.s}\"");
        const string alphabet = "./\\?#%2eE:@ \u00e9a";
        for (var round = 0; round < 5_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 1 + random.Below(6)).Select(_ => alphabet[random.Below(alphabet.Length)]));
            var input = Calls.Input(JsonSerializer.Serialize(new { s = text }));
            if (!template.TryRender(input, out var path, out _)) continue;
            var uri = new Uri(new Uri("http://127.0.0.1:1"), path.GetString());
            Assert.True(uri.AbsolutePath.StartsWith("/o/", StringComparison.Ordinal) && uri.Query.Length == 0 && uri.Fragment.Length == 0
                && uri.AbsolutePath.Count(c => c == '/') == 2 && uri.Authority == "127.0.0.1:1", $"seed {seed}, round {round}, \"{text}\" gave {uri}");
        }
    }

    private static JsonTemplate Compile(string template)
    {
        var faults = new List<JsonTemplate.Fault>();
        return JsonTemplate.Compile(CanonicalJson.Parse(template), Calls.Scope[ExpressionStage.Decide], faults) ?? throw new InvalidOperationException(string.Join("; ", faults));
    }
}
