using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Connectors.Jira;
using Sallyport.Identity;
using Sallyport.Outbox;
using Sallyport.Protocol;

namespace Sallyport.Server.Integrations;

/// <summary>
/// Reads back what approvers answered in the requests that this server made, and gives it to the engine as their answer, bound to the statement
/// that the request showed. Read every minute, and at once when a webhook hints at a change; a webhook's own words decide nothing.
/// </summary>
internal sealed partial class JiraApprovals(
    JiraApi jira, IOutboxStore store, PeopleLinks links, ApprovalQueue queue, ActionSignals signals, IAuditStore audit, TimeProvider time, ILogger<JiraApprovals> logger) : BackgroundService
{
    internal const string Channel = "jira";
    private const string Tenant = "default";
    private const int MostRequests = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _hint = new(0, 1);

    /// <summary>Answers that were handed on, so that a refusal is not repeated every minute.</summary>
    private readonly HashSet<(string Approval, string Account, bool Approve)> _handled = [];

    /// <summary>A hint came: read now.</summary>
    internal void Hint()
    {
        // One hint that waits is enough.
        if (_hint.CurrentCount == 0) _hint.Release();
    }

    public override void Dispose()
    {
        _hint.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(stoppingToken);
                using var pause = new CancellationTokenSource(Pause, time);
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, pause.Token);
                // A pause that is over is no failure, and is not thrown.
                await _hint.WaitAsync(linked.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailableException fault)
            {
                Log.StoreUnavailable(logger, fault);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RoundAsync(CancellationToken stopping)
    {
        var threads = await store.OpenThreadsAsync(Channel, MostRequests, stopping);
        _handled.RemoveWhere(one => threads.All(thread => thread.Subject != one.Approval));
        foreach (var thread in threads)
        {
            using var limit = new CancellationTokenSource(Limit, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, limit.Token);
            try
            {
                foreach (var answer in await jira.AnswersAsync(thread.Reference, linked.Token) ?? []) await HandAsync(thread, answer, stopping);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                // Jira does not answer: the next round asks again, and the console is open meanwhile.
                Log.NotAnswered(logger, thread.Reference);
                return;
            }
        }
    }

    private async Task HandAsync(VendorThread thread, JiraAnswer answer, CancellationToken stopping)
    {
        if (!_handled.Add((thread.Subject, answer.Who.Id, answer.Approve))) return;
        if (await links.FindAsync(Tenant, answer.Who, stopping) is not { } person)
        {
            await audit.AppendAsync(Tenant, new AuditDraft("approval.unknown_person", "system")
            {
                Fields = new() { ["system"] = "jira", ["approval"] = thread.Subject }, Payload = new() { ["account"] = answer.Who.Id }, Correlations = [thread.Subject],
            }, stopping);
            return;
        }

        var reason = answer.Approve ? null : $"Declined in Jira ({thread.Reference}).";
        var result = await queue.DecideAsync(person, new ApprovalAnswer(thread.Subject, answer.Approve, thread.Statement, reason, Via: "jira"), stopping);
        // What may pass, such as a directory that is down, is asked again in the next round.
        if (result.Error is { Retriable: true }) _handled.Remove((thread.Subject, answer.Who.Id, answer.Approve));
        if (result.Error is null) signals.Changed(result.Action!);
        else Log.NotTaken(logger, thread.Reference, result.Error.Code);
        // What may pass is handed on again in the next round.
        if (result.Error is { Retriable: true }) _handled.Remove((thread.Subject, answer.Who.Id, answer.Approve));
    }

    private static partial class Log
    {
        [LoggerMessage(6080, LogLevel.Warning, "Jira did not say in time who answered {Request}.")]
        internal static partial void NotAnswered(ILogger logger, string request);

        [LoggerMessage(6081, LogLevel.Information, "An answer in {Request} was not taken: {Code}.")]
        internal static partial void NotTaken(ILogger logger, string request, string code);

        [LoggerMessage(6082, LogLevel.Error, "Answers in Jira could not be taken: the store is unavailable.")]
        internal static partial void StoreUnavailable(ILogger logger, Exception fault);
    }
}
