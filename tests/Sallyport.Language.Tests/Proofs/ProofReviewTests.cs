using Sallyport.Proofs.Policies;

namespace Sallyport.Language.Tests.Proofs;

/// <summary>Calls that once contradicted what was proved: each names one schema, one condition and the call.</summary>
public sealed class ProofReviewTests
{
    /// <summary>The condition is false (or fails) for the call, so it is neither complete nor without errors where it says so.</summary>
    [Theory]
    [InlineData("{\"type\":\"number\",\"minimum\":0,\"maximum\":0.1}", "args.x < 0.1", "0.1")]
    [InlineData("{\"type\":\"number\",\"exclusiveMinimum\":0.3,\"maximum\":1}", "args.x > 0.3", "0.30000000000000001")]
    [InlineData("{\"type\":\"number\",\"enum\":[0.3,0.5]}", "args.x > 0.3", "0.3")]
    [InlineData("{}", "args.x != null", "null")]
    [InlineData("{\"type\":[\"string\",\"integer\",\"null\"]}", "args.x != null", "null")]
    [InlineData("{\"type\":[\"integer\",\"null\"],\"minimum\":0,\"maximum\":9}", "dyn(args.x) != null", "null")]
    [InlineData("{\"type\":[\"integer\",\"null\"],\"minimum\":0,\"maximum\":9}", "(args.x == 1 ? null : null) != null", "3")]
    [InlineData("{\"type\":[\"integer\",\"null\"],\"minimum\":0,\"maximum\":9}", "int(args.x) != 20", "null")]
    [InlineData("{\"type\":\"array\",\"maxItems\":3,\"items\":{\"type\":\"integer\",\"enum\":[1.0,2]}}", "!(1 in args.x)", "[1]")]
    [InlineData("{\"type\":\"string\",\"format\":\"decimal\",\"enum\":[\"1.00\",\"2.00\"]}", "args.x > 5", "\"1.00\"")]
    [InlineData("{\"type\":[\"string\",\"number\"],\"format\":\"decimal\",\"multipleOf\":0.01,\"minimum\":0,\"maximum\":9}", "args.x >= 0", "\"-5.00\"")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"p-q\":{\"type\":\"object\",\"required\":[\"r-s\"],\"properties\":{\"r-s\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":9}}},\"p-q']['r-s\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":9}},\"required\":[\"p-q\",\"p-q']['r-s\"]}",
        "args.x['p-q']['r-s'] == args.x[\"p-q']['r-s\"]", "{\"p-q\":{\"r-s\":1},\"p-q']['r-s\":2}")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"https://example.com/s#a\"}},\"additionalProperties\":false,\"$defs\":{\"s\":{\"$id\":\"https://example.com/s\",\"$defs\":{\"a\":{\"$anchor\":\"a\"}}}}}", "!has(args.x.a)", "{\"a\":1}")]
    [InlineData("{\"type\":\"integer\",\"minimum\":0,\"maximum\":9}", "cel.bind(v, 1 / args.x, true || v == 1) && 1 / args.x < 5", "0")]
    public void Analysis_ConditionThatACallBreaks_IsNotProvedToHold(string schema, string condition, string x)
    {
        var args = $"{{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"x\"],\"properties\":{{\"x\":{schema}}}}}";
        var policy = new TestPolicy(args).Rule("r", condition, RuleEffect.Auto);
        var call = TestPolicy.Json($"{{\"args\":{{\"x\":{x}}},\"facts\":{{\"order\":{{\"total\":1,\"refunded\":0,\"region\":\"eu\",\"owner\":\"ann\"}},\"customer\":{{\"tenure\":1,\"level\":\"gold\",\"flags\":[]}}}}}}");
        Assert.True(global::Sallyport.JsonSchema.JsonSchema.Compile(TestPolicy.Json(args)).Schema!.Validate(call.GetProperty("args")).IsValid, "the call is not well-formed");
        var decision = policy.Replay(call, null);
        Assert.Equal(RuleEffect.Deny, decision.Effect);

        var report = PolicyAnalysis.Run(policy.Model);
        var check = decision.Failed.Count > 0 ? ProofCheck.NeverErrors : ProofCheck.Complete;
        Assert.DoesNotContain(report.Results, result => result.Check == check && result.Status == ProofStatus.Proved);
    }

    [Fact]
    public void Analysis_DecimalWithManyZeros_IsReadAsItIsProvedToBe()
    {
        const string Args = """{"type":"object","required":["x"],"properties":{"x":{"type":"number","multipleOf":0.01,"minimum":0,"maximum":9}}}""";
        var policy = new TestPolicy(Args).Rule("r", "args.x > 0.0 || args.x <= 0.0", RuleEffect.Auto);
        Assert.Contains(PolicyAnalysis.Run(policy.Model).Results, result => result is { Check: ProofCheck.NeverErrors, Status: ProofStatus.Proved });
        Assert.Equal(RuleEffect.Auto, policy.Replay(TestPolicy.Json($"{{\"args\":{{\"x\":0.1{new string('0', 80)}}},\"facts\":{{}}}}"), null).Effect);
    }

    [Fact]
    public void Analysis_DoubleWithExclusiveBound_IsStillRefutedByAPlainNumber()
    {
        const string Args = """{"type":"object","required":["x"],"properties":{"x":{"type":"number","exclusiveMinimum":0,"maximum":0.7}}}""";
        var result = PolicyAnalysis.Run(new TestPolicy(Args).Rule("r", "args.x <= 0.6", RuleEffect.Auto).Model).Results.Single(one => one.Check == ProofCheck.Complete);
        Assert.Equal(ProofStatus.Refuted, result.Status);
    }

    [Fact]
    public void Query_WithALineBreakAndACharacterBeyondSmtLib_SaysTheSame()
    {
        var policy = new TestPolicy().Rule("r", "args.note == '\\U00100000' || args.note == 'b'", RuleEffect.Auto).Never("i", "decision == 'auto'\r&& args.note != 'b'");
        var script = PolicyAnalysis.Run(policy.Model).Results.Single(one => one.Check == ProofCheck.Invariant).Query!.Script.Value;
        Assert.DoesNotContain('\r', script);
        Assert.Contains("\\u{dbc0}\\u{dc00}", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Analysis_AnchorInsideTheSchema_IsNotTakenForItsRoot()
    {
        const string Args = """
            {"type":"object","required":["x","y"],"properties":{"x":{"$ref":"#inner"},"y":{"type":"integer","minimum":0,"maximum":9}},
             "$defs":{"inner":{"$anchor":"inner","type":"object","properties":{"y":{"type":"integer","minimum":0,"maximum":9}}}}}
            """;
        var policy = new TestPolicy(Args).Rule("r", "has(args.x.y)", RuleEffect.Auto);
        Assert.DoesNotContain(PolicyAnalysis.Run(policy.Model).Results, result => result is { Check: ProofCheck.Complete, Status: ProofStatus.Proved });
    }

    [Fact]
    public void Analysis_TextThatItsFormatRefuses_IsNoCounterexample()
    {
        const string Args = """{"type":"object","required":["x"],"properties":{"x":{"type":"string","format":"email"}}}""";
        var policy = new TestPolicy(Args).Rule("r", "args.x == 'nobody'", RuleEffect.Auto).Rule("d", "args.x != 'nobody'", RuleEffect.Deny).Never("i", "decision == 'auto'");
        Assert.DoesNotContain(PolicyAnalysis.Run(policy.Model).Results, result => result is { Check: ProofCheck.Invariant, Status: ProofStatus.Refuted });
    }

    /// <summary>The same rule for both versions lets every well-formed call through; the older contract refuses one that the newer accepts.</summary>
    [Theory]
    [InlineData("{\"type\":\"object\",\"required\":[\"x\"]}", "{\"type\":\"object\"}")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"x\":{\"$ref\":\"#/$defs/n\",\"maximum\":5}},\"$defs\":{\"n\":{\"type\":\"integer\"}}}", "{\"type\":\"object\",\"properties\":{\"x\":{\"$ref\":\"#/$defs/n\",\"maximum\":50}},\"$defs\":{\"n\":{\"type\":\"integer\"}}}")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"maximum\":5},\"x\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/properties/a\"}}}}", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"maximum\":50},\"x\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/properties/a\"}}},\"required\":[\"a\"]}", true)]
    [InlineData("{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"boolean\",\"enum\":[true,true]}}}", "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"boolean\",\"enum\":[true,false]}}}")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\",\"exclusiveMaximum\":0.5}}}", "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\",\"maximum\":0.5}}}")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\",\"maximum\":-1e500}}}", "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"}}}")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"string\",\"const\":\"a\",\"enum\":[\"b\"]}}}", "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"string\",\"const\":\"a\",\"enum\":[\"a\"]}}}")]
    public void Compare_WiderContract_IsNotHarmless(string before, string after, bool onlyA = false)
    {
        // Where the newer contract also asks for more, the rule is about what both accept of that.
        var condition = onlyA ? "!has(args.a) || args.a <= 5" : "true";
        var report = PolicyComparison.Run(new TestPolicy(before).Rule("r", condition, RuleEffect.Auto).Model, new TestPolicy(after).Rule("r", condition, RuleEffect.Auto).Model);
        Assert.Contains(report.Verdict, new[] { PolicyVerdict.Loosened, PolicyVerdict.Unknown });
    }

    [Fact]
    public void Compare_ANumberReadOnceAsDoubleAndOnceExactly_IsNotHarmless()
    {
        // As doubles 0.3 is not above 0.3; nor is 0.3 at least 0.3 unless the newer rule says so.
        const string Old = """{"type":"object","required":["x"],"properties":{"x":{"type":"number","minimum":0,"maximum":1}}}""";
        var report = PolicyComparison.Run(new TestPolicy(Old).Rule("r", "args.x > 0.3", RuleEffect.Auto).Model,
            new TestPolicy(Old.Replace("\"minimum\":0", "\"multipleOf\":0.1,\"minimum\":0", StringComparison.Ordinal)).Rule("r", "args.x >= 0.3", RuleEffect.Auto).Model);
        Assert.Contains(report.Verdict, new[] { PolicyVerdict.Loosened, PolicyVerdict.Unknown });
    }

    [Fact]
    public void Compare_CallThatAnInvariantStoppedBefore_IsNotHarmless()
    {
        // The invariant turns the older decision into a denial; the newer one keeps it, by asking one person.
        TestPolicy With(RuleEffect effect) => new TestPolicy().Rule("r", "args.amount > 10", effect).Never("i", "decision == 'auto' && args.amount > 20");
        Assert.Equal(PolicyVerdict.Loosened, PolicyComparison.Run(With(RuleEffect.Auto).Model, With(RuleEffect.Approve).Model).Verdict);
    }

    [Fact]
    public void Compare_CheaperConditionOverAListWithoutBound_IsNotHarmless()
    {
        // A long list meets the step limit of the older condition, which is a denial, and not that of the newer.
        const string Args = """{"type":"object","required":["x"],"properties":{"x":{"type":"array","items":{"type":"string"}}}}""";
        var report = PolicyComparison.Run(new TestPolicy(Args).Rule("r", "!args.x.exists(t, t == 'a' || t == 'a' || t == 'a' || t == 'a')", RuleEffect.Auto).Model,
            new TestPolicy(Args).Rule("r", "!args.x.exists(t, t == 'a')", RuleEffect.Auto).Model);
        Assert.Contains(report.Verdict, new[] { PolicyVerdict.Loosened, PolicyVerdict.Unknown });
    }
}
