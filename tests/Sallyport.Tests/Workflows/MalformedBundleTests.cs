using Sallyport.Workflows;

namespace Sallyport.Tests.Workflows;

/// <summary>The refund bundle with one thing broken: the fault stands where the author must look, and says what was meant.</summary>
public sealed class MalformedBundleTests
{
    private const string Refund = "tools/issue-refund.yaml";
    private const string Policy = "policy.yaml";
    private const string Manifest = "workflow.yaml";
    private const string LargeEnds = "agent-owner], step_up: fresh }\n  - id: legal-hold";

    /// <summary>File, text to replace, replacement, text that the fault points at, fragment of the message, suggestion.</summary>
    public static TheoryData<string, string, string, string, string, string?> Rows => new()
    {
        { Refund, "risk: money_movement", "risk: money_movment", "money_movment", "money_movement", null },
        { Refund, "risk: money_movement", "risk: read", "effect:", "has no effect", null },
        { Refund, "title: Issue a refund", "titel: Issue a refund", "titel", "titel", null },
        { Refund, "scope: refund:issue", "scope: refund", "refund\nresource", "pattern", null },
        { Refund, "additionalProperties: false\n  required: [order_id", "additionalProperties: true\n  required: [order_id", "true\n  required", "Unknown arguments must be refused", null },
        { Refund, "maximum: 100000000, unit: currency.minor", "maximum: 100000000", "{ type: integer, minimum: 1, maximum", "no unit", null },
        { Refund, "maximum: 100000000, unit: currency.minor", "maximum: 100000000, unit: currency.mino", "currency.mino,", "not a unit", "currency.minor" },
        { Refund, "amount_minor: { type: integer", "amount_minor: { type: number", "number, minimum", "whole minor units", null },
        { Refund, "currency: { type: string, enum: [USD, EUR], desc", "money: { type: string, enum: [USD, EUR], desc", "{ type: integer, minimum: 1, maximum", "money without a currency", null },
        { Refund, "enum: [USD, EUR], desc", "enum: [USD, EUT], desc", "EUT", "not an ISO 4217 currency", null },
        { Refund, "minimum: 1, maximum", "minimun: 1, maximum", "1, maximum", "minimun", "minimum" },
        { Refund, "facts.order.status != 'cancelled'", "facts.order.statu != 'cancelled'", "statu !=", "statu", "status" },
        { Refund, "args.currency == facts.order.currency", "args.curency == facts.order.currency", "curency", "curency", "currency" },
        { Refund, "args.currency == facts.order.currency", "arg.currency == facts.order.currency", "arg.currency", "arg", "args" },
        { Refund, "facts.order.status != 'cancelled'", "facts.order.total_minor", "\"facts.order.total_minor\"", "must be true or false", null },
        { Refund, "facts.order.status != 'cancelled'", "facts.order.status != ", "\", code: order_cancelled", "incomplete", null },
        { Refund, "code: order_cancelled", "code: order_canceled", "order_canceled", "not explained under errors", "order_cancelled" },
        { Refund, "absent: order_not_found", "absent: order_missing", "order_missing", "not explained under errors", null },
        { Refund, "by: void_refund", "by: void_refunds", "void_refunds", "no tool", "void_refund" },
        { Refund, "by: void_refund", "by: get_order", "get_order", "only reads", null },
        { Refund, "amount: { minor: args.amount_minor, currency: args.currency }", "", "money_movement", "budgets cannot hold it", null },
        { Refund, "timeout: PT10S", "timeout: 10s", "10s", "pattern", null },
        { Refund, "timeout: PT10S", "timeout: PT10M", "PT10M", "between 0.1 seconds and 5 minutes", null },
        { Refund, "/orders/${args.order_id}\" }", "/orders/${args.order_id\" }", "${args.order_id\"", "no closing", null },
        { Refund, "/orders/${args.order_id}\" }", "/orders/${args.order}\" }", "order}\" }", "order", null },
        { Refund, "/orders/${args.order_id}\" }", "/orders/${facts.order.id}\" }", "facts.order.id}\" }", "facts", null },
        { Refund, "order_id: ord_000001, amount_minor: 700", "order_id: 1, amount_minor: 700", "1, amount_minor: 700", "example does not fit", null },
        { Refund, "risk: money_movement", "risk: &r money_movement", "&r", "Anchors", null },
        { Refund, "risk: money_movement", "risk: !!str money_movement", "!!str", "Tags", null },
        { Refund, "risk: money_movement", "risk: money_movement\nrisk: low", "", "Not valid YAML", null },
        { Refund, "idempotent_for: P30D", "idempotent_for: PT16M", "PT16M", "must exceed timeout and max_in_flight", null },
        { Refund, "  idempotent_for: P30D\n", "  idempotent_for: P30D\n  revoke: { delete: \"/keys/1\" }\n", "revoke:", "the fence is the stronger", null },
        { Refund, "  fence: {", "  fense: {", "fense", "did you mean \"fence\"", null },
        { "tools/void-refund.yaml", "  probe:\n", "  prob:\n", "prob:", "did you mean \"probe\"", null },
        { Refund, "effect:\n", "effect: [\n", "", "Not valid YAML", null },
        { Policy, "tools: [issue_refund]", "tools: [issue_refunds]", "issue_refunds", "no tool", "issue_refund" },
        { Policy, "tools: [issue_refund]", "tools: [get_order]", "get_order", "only reads", null },
        { Policy, "decision: auto", "decision: automatic", "automatic", "auto", null },
        { Policy, "group:support-leads", "grup:support-leads", "\"grup:support-leads", "names nobody", "group" },
        { Policy, "id: new-customer", "id: small", "small\n    says: We", "stands twice", null },
        { Policy, "    to: legal\n", "", "id: legal-hold", "does not say to whom", null },
        { Policy, "tools: [void_refund]\n    when: \"true\"\n    decision: approve", "tools: [void_refund]\n    when: \"true\"\n    decision: auto", "auto\n    approvers", "irreversible", null },
        { Policy, "facts.customer.tenure_days > 90", "facts.customer.tenure_day > 90", "tenure_day >", "tenure_day", "tenure_days" },
        { Policy, "args.amount_minor <= 5000 &&", "args.amount_minor <= '5000' &&", "args.amount_minor <= '5000'", "no matching overload", null },
        { Policy, "decision == 'auto' && args.amount_minor > 5000", "decison == 'auto' && args.amount_minor > 5000", "decison", "decison", "decision" },
        { Policy, "  issue_refund:\n    args", "  isue_refund:\n    args", "isue_refund", "no tool", "issue_refund" },
        { Policy, "  void_refund:\n    args", "  get_order:\n    args", "get_order:", "only reads", null },
        { Policy, "order_id: ord_000001, amount_minor: 700", "order_id: 1, amount_minor: 700", "1, amount_minor: 700", "not fit the contract", null },
        { Policy, "args: { amount_minor: 4999 }", "args: { amount_minr: 4999 }", "amount_minr", "knows no", "amount_minor" },
        { Policy, "args: { amount_minor: 4999 }", "args: { amount_minor: 0 }", "0 }\n    expect", "not fit the contract", null },
        { Policy, "facts: { customer: { tenure_days: 91 } }", "facts: { custmer: { tenure_days: 91 } }", "custmer", "reads no fact", "customer" },
        { Policy, "facts: { customer: { tenure_days: 91 } }", "facts: { customer: { tenure_day: 91 } }", "tenure_day: 91", "knows no", "tenure_days" },
        { Policy, "facts: { customer: { tenure_days: 91 } }", "facts: { customer: null }", "facts: { customer: null }", "is missing", null },
        { Policy, "tool: issue_refund\n    expect", "tool: issue_refnd\n    expect", "issue_refnd", "no tool", "issue_refund" },
        { Policy, "expect: { decision: auto, rule: small, approvals: 0", "expect: { decision: auto, rule: smal, approvals: 0", "smal, approvals", "no rule \"smal\"", "small" },
        { Policy, "expect: { decision: auto, rule: small, approvals: 0", "expect: { decision: aut, rule: small, approvals: 0", "aut, rule", "is no decision", "auto" },
        { Policy, "expect: { decision: auto, rule: small, approvals: 0", "expect: { decision: auto, rule: small, approvals: 1", "approvals: 1, matched: [small]", "Nobody approves", null },
        { Policy, "expect: { decision: auto, rule: small, approvals: 0", "expect: { rule: small, approvals: 0", "{ rule: small", "expects no decision", null },
        { Policy, "matched: [new-customer, medium]", "matched: [new-custmer, medium]", "new-custmer", "no rule", "new-customer" },
        { Policy, "breaks: [no-auto-above-small]", "breaks: [no-auto-above-smal]", "no-auto-above-smal]", "no invariant", "no-auto-above-small" },
        { Policy, "assume: { decision: auto }\n    expect: { breaks: [no-auto-above-small] }", "expect: { breaks: [no-auto-above-small] }", "{ breaks: [no-auto-above-small] }", "add assume", null },
        { Policy, "expect: { breaks: [no-auto-above-small] }", "expect: { breaks: [], decision: auto }", "{ breaks: [], decision", "only expect breaks", null },
        { Policy, "confidence: 0.59\n    through: workflow", "confidence: 0.59", "confidence: 0.59", "through: workflow", null },
        { Policy, "rule: out-of-scope:legal-hold", "rule: out-of-scope:legal-hol", "out-of-scope:legal-hol,", "no rule", "out-of-scope:legal-hold" },
        { Policy, "One cent below the small bound is still small", "A small refund for a known customer is paid at once", "", "stands twice", null },
        { Policy, "any_of: [\"group:finance-leads\"], exclude: [requester, agent-owner], step_up: fresh }] }", "any_of: [\"grup:finance-leads\"], exclude: [requester] }] }", "\"grup:finance-leads", "names nobody", "group" },
        { Policy, LargeEnds, "agent-owner], step_up: strong }\n  - id: legal-hold", "strong }", "passkey", null },
        { Policy, LargeEnds, "agent-owner], then: [{ after: PT15M, any_of: [\"group:a\"] }, { after: PT15M, any_of: [\"group:b\"] }] }\n  - id: legal-hold", "PT15M, any_of: [\"group:b\"", "later than the one before", null },
        { Policy, LargeEnds, "agent-owner], then: [{ after: PT15M, any_of: [\"oncal:b\"] }] }\n  - id: legal-hold", "\"oncal:b", "names nobody", "oncall" },
        { Policy, LargeEnds, "agent-owner], then: [{ after: PT15M, any_of: [ticket-assignee] }] }\n  - id: legal-hold", "", "where its ticket is", null },
        { Manifest, "  - source: ticket\n", "  - source: ticket\n    ticket: { system: jira, field: ticket_no }\n", "ticket_no", "no text field", null },
        { Manifest, "scope: refund:issue", "scope: refund:void", "refund:void\n", "enforces \"refund:issue\"", null },
        { Manifest, "tool: issue_refund\n  scope", "tool: isue_refund\n  scope", "isue_refund", "no tool", "issue_refund" },
        { Manifest, "phase: limited_autonomy", "phase: full_autonomy", "full_autonomy", "limited_autonomy", null },
        { Manifest, "identity: delegated_service", "identity: on_behalf", "on_behalf\n", "on_behalf_of", null },
        { Manifest, "amount_per_day: { USD:", "amount_per_day: { USX:", "USX", "not an ISO 4217 currency", null },
        { Manifest, "confidence_floor: 0.6", "confidence_floor: 6", "6\n", "1", null },
        { Manifest, "expires_after: PT1H", "expires_after: 1h", "1h", "pattern", null },
        { Manifest, "      required: [ticket_id, order_id, message]\n", "", "type: object", "add required", null },
        { Manifest, "when: \"facts.order.disputed\"", "when: \"facts.order.disputd\"", "disputd", "disputd", "disputed" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Compile_OneThingBroken_PointsAtIt(string file, string search, string replacement, string at, string fragment, string? suggestion)
    {
        var files = RefundBundle.With(file, search, replacement);
        var compilation = BundleCompiler.Compile(files);
        var (line, column) = Position(files[file]!, at);

        Assert.Null(compilation.Release);
        Assert.True(
            compilation.Faults.Any(fault => fault.File == file && (at.Length == 0 || (fault.Line == line && fault.Column == column))
                && fault.Message.Contains(fragment, StringComparison.Ordinal) && (suggestion is null || fault.Suggestion == suggestion)),
            $"Expected {file}:{line}:{column}: …{fragment}… (did you mean {suggestion}); got:\n" + string.Join("\n", compilation.Faults));
    }

    [Fact]
    public void Compile_ContractUnreadable_DoesNotBlameTheFilesThatNameIt()
    {
        var faults = BundleCompiler.Compile(RefundBundle.With(Refund, "title: Issue a refund", "titel: Issue a refund")).Faults;

        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.Equal(Refund, fault.File));
    }

    [Theory]
    [InlineData("workflow.yaml", "no workflow.yaml")]
    [InlineData("policy.yaml", "no policy.yaml")]
    public void Compile_FileMissing_SaysWhich(string file, string fragment)
    {
        var files = new BundleFiles(RefundBundle.With(file, ":", ":").Texts.Where(entry => entry.Key != file));

        var fault = Assert.Single(BundleCompiler.Compile(files).Faults, fault => fault.File == file);
        Assert.Contains(fragment, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void CompileFolder_NoSuchFolder_IsAFault() =>
        Assert.Contains("no such folder", Assert.Single(BundleCompiler.CompileFolder("does/not/exist").Faults).Message, StringComparison.Ordinal);

    private static (int Line, int Column) Position(string text, string at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        Assert.True(index >= 0, $"The text does not hold: {at}");
        var start = index == 0 ? -1 : text.LastIndexOf('\n', index - 1);
        return (text.AsSpan(0, index).Count('\n') + 1, index - start);
    }
}
