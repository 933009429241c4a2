using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sallyport.Language.Tests.Proofs;

/// <summary>Random well-formed calls of <see cref="TestPolicy"/>'s world, most of them where conditions change their minds.</summary>
internal sealed class RandomCalls(int seed)
{
    private static readonly long[] Numbers = [0, 1, 2, 4, 5, 6, 49, 50, 51, 89, 90, 91, 99, 100, 101, 499, 500, 501, 4999, 5000, 5001, 99_999, 100_000];
    private static readonly string[] Words = ["USD", "EUR", "gold", "basic", "eu", "eu-west", "eu-west-1", "us", "", "x", "zzz", "7"];
    private static readonly string[] Flags = ["fraud", "vip", "hold", "x"];

    private readonly Random _random = new(seed);

    internal JsonElement Next()
    {
        var args = new JsonObject
        {
            ["amount"] = Number(0, 100_000), ["price"] = JsonNode.Parse(Price()), ["currency"] = Pick("USD", "EUR", "GBP"), ["quota"] = _random.Next(3) == 0 ? null : Number(0, 1000),
        };
        Sometimes(args, "quantity", () => Number(1, 50));
        Sometimes(args, "note", () => Pick(Words));
        Sometimes(args, "urgent", () => _random.Next(2) == 0);
        var order = new JsonObject { ["total"] = Number(0, 1_000_000), ["refunded"] = Number(0, 1_000_000), ["region"] = Pick(Words), ["owner"] = Pick(Words) };
        Sometimes(order, "coupon", () => Pick(Words));
        var customer = new JsonObject
        {
            ["tenure"] = Number(0, 40_000), ["level"] = Pick("basic", "gold", "platinum"), ["flags"] = new JsonArray([.. Enumerable.Range(0, _random.Next(4)).Select(_ => (JsonNode)Pick(Flags))]),
        };
        Sometimes(customer, "score", () => _random.Next(5) == 0 ? JsonNode.Parse(Pick("9223372036854775808", "-9223372036854775809", "9223372036854775807", "-9223372036854775808"))! : Number(-10, 100_001));
        Sometimes(customer, "vip", () => _random.Next(2) == 0);
        return JsonSerializer.SerializeToElement(new JsonObject { ["args"] = args, ["facts"] = new JsonObject { ["order"] = order, ["customer"] = customer } });
    }

    private void Sometimes(JsonObject parent, string name, Func<JsonNode> value)
    {
        if (_random.Next(2) == 0) parent[name] = value();
    }

    private JsonNode Number(long least, long most)
    {
        var value = _random.Next(4) == 0 ? _random.NextInt64(least, most + 1) : Numbers[_random.Next(Numbers.Length)];
        return Math.Clamp(value, least, most);
    }

    private string Price() => _random.Next(2) == 0 ? $"{_random.Next(10_000)}.{_random.Next(100):00}" : Pick("0", "5", "50.00", "49.99", "50.01", "10000", "90");

    private string Pick(params string[] options) => options[_random.Next(options.Length)];
}
