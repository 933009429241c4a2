using System.Text.Json;
using Sallyport.Contracts.Errors;
using Sallyport.Execution;
using Sallyport.Tools;

namespace Sallyport.Actions;

/// <summary>What reading the facts of a call gave.</summary>
/// <param name="Facts">Facts by name: those that exist.</param>
/// <param name="Refusal">Why the call cannot go on.</param>
/// <param name="Absent">The fact that does not exist; the caller decides what may be said about it.</param>
internal sealed record FactReading(JsonElement Facts, Refusal? Refusal, FactSource? Absent = null);

/// <summary>Reads the facts of a contract from the systems of record, all at once, and believes only what fits the contract.</summary>
internal sealed class FactReader(ConnectorSet connectors)
{
    internal async Task<FactReading> ReadAsync(ToolContract contract, ExpressionInput input, CancellationToken cancellation)
    {
        var reads = contract.Facts.Select(fact => ReadOneAsync(fact, input, cancellation)).ToList();
        var facts = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        FactReading? absent = null;
        FactReading? refused = null;
        foreach (var (fact, read) in contract.Facts.Zip(await Task.WhenAll(reads)))
        {
            if (read.Refusal is not null) refused ??= read;
            else if (read.Absent is not null) absent ??= read;
            else facts[fact.Name] = read.Facts;
        }

        return refused ?? new FactReading(JsonSerializer.SerializeToElement(facts), null, absent?.Absent);
    }

    private async Task<FactReading> ReadOneAsync(FactSource fact, ExpressionInput input, CancellationToken cancellation)
    {
        if (connectors.Find(fact.Connector) is not { } connector)
            return Refuse(ErrorCatalogue.FactsUnavailable, $"The connector \"{fact.Connector}\" of fact \"{fact.Name}\" is not configured on this server.");
        if (!fact.Request.TryRender(input, out var request, out var error))
            return Refuse(ErrorCatalogue.FactsInvalid, $"The request for fact \"{fact.Name}\" cannot be made: {error}");
        var read = await connector.ReadAsync(request, cancellation);
        if (read.Status == ReadStatus.Absent) return new FactReading(default, null, fact);
        if (read.Status == ReadStatus.Unavailable) return Refuse(ErrorCatalogue.FactsUnavailable, $"\"{fact.Connector}\" did not give \"{fact.Name}\": {read.Detail}");
        var result = fact.Schema.Validate(read.Body);
        return result.IsValid ? new FactReading(read.Body, null) : Refuse(ErrorCatalogue.FactsInvalid,
            $"\"{fact.Connector}\" gave a \"{fact.Name}\" that does not fit the contract at {string.Join(", ", result.Errors.Take(3).Select(e => e.InstancePath))}.");
    }

    private static FactReading Refuse(ErrorCode code, string detail) => new(default, new Refusal(code, detail));
}
