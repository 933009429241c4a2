using Sallyport.Workflows;

namespace Sallyport.Simulation.World;

/// <summary>
/// The workflow of every world: one paying tool for each way in which a system of record can behave, and one that takes a payment back.
/// Compiled once; the second release asks people from a lower amount on.
/// </summary>
internal static class PayBundle
{
    internal const string Workflow = "pay";
    internal const string Scope = "pay:send";
    internal const string VoidScope = "pay:void";
    internal const long TaskLimit = 4_000;
    internal const long DayLimit = 6_000;
    internal const int SmallAmount = 100;
    internal const int MediumAmount = 1_000;
    internal const int RequestsPerMinute = 30;
    internal static readonly TimeSpan ApprovalLife = TimeSpan.FromMinutes(20);

    internal static Release First { get; } = Compile(SmallAmount);

    internal static Release Second { get; } = Compile(SmallAmount / 2);

    internal static StoredRelease Stored(Release release, bool active) => new(release.Hash, Workflow, release.Files.Texts, active, release.Manifest.Version);

    /// <summary>A stored release, compiled long ago.</summary>
    internal static Release Compiled(StoredRelease stored) => stored.Hash == First.Hash ? First : stored.Hash == Second.Hash ? Second
        : throw new InvalidOperationException("The simulation stores two releases only.");

    private static Release Compile(int small)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { ["workflow.yaml"] = Manifest, ["policy.yaml"] = Policy(small), ["tools/void.yaml"] = VoidTool };
        foreach (var mode in Enum.GetValues<BankMode>()) files[$"tools/{mode}.yaml"] = PayTool(mode);
        var compilation = BundleCompiler.Compile(new BundleFiles(files));
        return compilation.Release ?? throw new InvalidOperationException(string.Join(Environment.NewLine, compilation.Faults));
    }

    internal static string ToolOf(BankMode mode) => "pay_" + mode.ToString().ToLowerInvariant();

    private const string Manifest = """
        workflow: pay
        version: 0.1.0
        title: Payments of a simulation
        owner: { person: olivia, team: payments, contact: payments@example.com }
        phase: limited_autonomy
        identity: delegated_service
        inputs:
          - source: ticket
            says: A ticket.
            schema: { type: object, additionalProperties: false, required: [ticket_id], properties: { ticket_id: { type: string, maxLength: 64 } } }
        outcomes:
          success: [{ id: paid, says: It was paid, tool: pay_fenced, state: succeeded }]
          failure: [{ id: denied, says: It was not paid, tool: pay_fenced, state: denied }]
        out_of_scope:
          - { id: stuck, says: A frozen account that somebody watches belongs to people., tools: [pay_fenced, pay_plain, pay_probed, pay_bounded, pay_keyed, pay_revocable], when: "facts.account.frozen && facts.account.watched", escalate_to: payments }
        guarantee:
          says: Nothing above the balance is paid and nothing above 10.00 without two people.
          tool: pay_fenced
          scope: pay:send
          within: "args.amount <= facts.account.balance"
          approval: [{ when: "args.amount > 1000", approvals: 2 }]
        limits:
          requests_per_minute: 30
          invocations_per_task: 30
          identical_calls_per_task: 4
          amount_per_task: { EUR: 4000 }
          amount_per_day: { EUR: 6000 }
        approvals:
          expires_after: PT20M
          default: { count: 1, any_of: ["group:leads"] }
        """;

    private static string Policy(int small) => $$"""
        policy: pay
        rules:
          - { id: small, says: Little money., tools: [{{Tools}}], when: "args.amount <= {{small}} && !facts.account.watched", decision: auto }
          - { id: watched, says: A person looks., tools: [{{Tools}}], when: "args.amount <= 1000 && facts.account.watched", decision: approve, approvers: { count: 1, any_of: ["group:leads"], exclude: [requester] } }
          - { id: medium, says: One person., tools: [{{Tools}}], when: "args.amount > {{small}} && args.amount <= 1000", decision: approve, approvers: { count: 1, any_of: ["group:leads"], exclude: [requester] } }
          - { id: large, says: Two people., tools: [{{Tools}}], when: "args.amount > 1000", decision: approve, approvers: { count: 2, any_of: ["group:leads"], exclude: [requester, agent-owner] } }
          - { id: frozen, says: Not now., tools: [{{Tools}}], when: "facts.account.frozen", decision: deny }
          - { id: void, says: One person., tools: [void_payment], when: "true", decision: approve, approvers: { count: 1, any_of: ["group:leads"], exclude: [requester] } }
        """;

    private static string Tools => string.Join(", ", Enum.GetValues<BankMode>().Select(ToolOf));

    private const string Account = """
        facts:
          account:
            connector: bank
            request: { account: "${args.account}" }
            absent: no_account
            schema:
              type: object
              required: [id, balance, currency, watched, frozen]
              properties:
                id: { type: string }
                balance: { type: integer, minimum: 0, maximum: 1000000000, unit: currency.minor }
                currency: { type: string, enum: [EUR] }
                watched: { type: boolean }
                frozen: { type: boolean }
                holder: { type: string, sensitive: pii }
        """;

    private static string PayTool(BankMode mode) => $$$"""
        tool: {{{ToolOf(mode)}}}
        title: Pay ({{{mode}}})
        description: Pays an amount out of an account.
        risk: money_movement
        reversible: { by: void_payment, within: PT24H, arguments: { payment: "${result.id}", account: "${args.account}" } }
        scope: pay:send
        input:
          type: object
          additionalProperties: false
          required: [account, amount, currency, memo]
          properties:
            account: { type: string, maxLength: 32 }
            amount: { type: integer, minimum: 1, maximum: 1000000, unit: currency.minor }
            currency: { type: string, enum: [EUR] }
            memo: { type: string, maxLength: 200, sensitive: pii }
        {{{Account}}}
        rules:
          - { id: covered, deny_unless: "args.amount <= facts.account.balance", code: not_covered }
        amount: { minor: args.amount, currency: args.currency }
        effect:
          connector: bank
          request: { mode: {{{mode}}}, tool: {{{ToolOf(mode)}}}, key: "${action.id}", attempt: "${action.attempt}", account: "${args.account}", amount: "${args.amount}" }
          timeout: PT5S
          max_attempts: 3
        {{{WaysOut(mode)}}}
        diff:
          before: { balance: "${facts.account.balance}" }
          after: { balance: "${facts.account.balance - args.amount}" }
        correlate: [args.account]
        errors:
          no_account: There is no such account.
          not_covered: The account does not hold so much.
        """;

    private static string WaysOut(BankMode mode) => mode switch
    {
        BankMode.Plain => "",
        BankMode.Probed => Probe,
        BankMode.Bounded => "  max_in_flight: PT35S\n" + Probe,
        BankMode.Revocable => Revoke + Probe,
        BankMode.Keyed => "  idempotent_for: PT40M\n",
        BankMode.Fenced => Fence + Probe,
    };

    private const string Revoke = """
          revoke: { revoke: "${action.id}", attempt: "${action.attempt}" }

        """;

    private const string Fence = """
          fence: { fence: "${action.id}", minimum: "${action.attempt + 1}" }

        """;

    private const string Probe = """
          probe:
            request: { find: "${action.id}" }
            applied_when: "probe.payments.exists(payment, payment.key == action.id)"
            result: { id: "${probe.payments[0].id}" }
        """;

    private const string VoidTool = $$$"""
        tool: void_payment
        title: Take a payment back
        description: Takes a payment back.
        risk: money_movement
        irreversible: true
        scope: pay:void
        input:
          type: object
          additionalProperties: false
          required: [payment, account]
          properties:
            payment: { type: string, maxLength: 32 }
            account: { type: string, maxLength: 32 }
        {{{Account}}}
          paid:
            connector: bank
            request: { payment: "${args.payment}" }
            absent: no_payment
            schema: { type: object, required: [id, account, amount, currency], properties: { currency: { type: string, enum: [EUR] }, id: { type: string }, account: { type: string }, amount: { type: integer, minimum: 1, maximum: 1000000, unit: currency.minor } } }
        rules:
          - { id: same-account, deny_unless: "facts.paid.account == args.account", code: no_payment }
        amount: { minor: "0", currency: facts.paid.currency }
        effect:
          connector: bank
          request: { mode: Fenced, tool: void_payment, key: "${action.id}", attempt: "${action.attempt}", account: "${args.payment}", amount: "${0}" }
          timeout: PT5S
          max_attempts: 3
        {{{Fence}}}{{{Probe}}}
        diff:
          before: { paid: "${facts.paid.amount}" }
          after: { paid: "0" }
        errors:
          no_account: There is no such account.
          no_payment: There is no such payment of this account.
        """;
}
