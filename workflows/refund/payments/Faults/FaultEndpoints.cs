using Sallyport.Samples.Payments.Http;

namespace Sallyport.Samples.Payments.Faults;

/// <summary>The switches: <c>PUT /faults</c> sets the one that is on, <c>GET /faults</c> shows it. Both need the admin key.</summary>
internal static class FaultEndpoints
{
    public static void MapFaults(this IEndpointRouteBuilder routes, FaultSwitch faults)
    {
        routes.MapAnswer(HttpMethods.Get, "/faults", _ => Task.FromResult(Answer.Ok(faults.View())));
        routes.MapAnswer(HttpMethods.Put, "/faults", async context =>
        {
            var (rule, refusal) = await FaultRule.ReadAsync(context);
            if (rule is null)
                return refusal!;
            faults.Set(rule);
            return Answer.Ok(faults.View());
        });
    }
}
