using Sallyport.Protocol;

namespace Sallyport.Simulation.Model;

/// <summary>The protocol's design, checked state by state; the bad designs must still fail, or the model has gone blind.</summary>
public sealed class ModelTests
{
    public static TheoryData<string> Designs => [.. DesignVerdict.All.Select(verdict => verdict.Design.Name)];

    [Theory]
    [MemberData(nameof(Designs))]
    public void Design_EveryInterleavingAndCrash_BreaksExactlyWhatIsKnown(string name)
    {
        var verdict = DesignVerdict.All.Single(verdict => verdict.Design.Name == name);

        var explored = Exploration.Run(verdict.Design);

        Assert.Equal(verdict.Broken, explored.Broken.Keys);
        Assert.Equal(verdict.States, explored.States);
    }

    [Fact]
    public void Design_ThatBreaksAnInvariant_ShowsAWayThere()
    {
        var blind = DesignVerdict.All.Single(verdict => verdict.Design.Name == "H").Design;

        var way = Exploration.Run(blind).Broken["I1"];

        Assert.Equal(2, way.Count(label => label.StartsWith("Effect(", StringComparison.Ordinal)));
        Assert.Contains(way, label => label == "RequeuedBlindly");
    }

    [Fact]
    public void Engine_WhateverTheSystemOfRecordOffers_BreaksNothingButWhatOnlyAFenceCanHold()
    {
        foreach (var design in DesignVerdict.Engine)
            Assert.Equal(design.Fence ? [] : ["I5c"], Exploration.Run(design).Broken.Keys);
    }

    [Fact]
    public void EngineTransitions_AllOfThem_AreTheModelsMovesAndTheListedAbstractions()
    {
        var moves = DesignVerdict.Engine.SelectMany(design => Exploration.Run(design).Moves).Select(EngineTable.Of).ToHashSet();

        Assert.Empty(moves.Intersect(EngineTable.Abstracted.Keys));
        Assert.Equal(Spell(moves.Union(EngineTable.Abstracted.Keys)), Spell(ActionProtocol.Transitions));
    }

    private static IEnumerable<string> Spell(IEnumerable<(ActionState From, ActionTransition Step, ActionState To)> moves) =>
        moves.Select(move => $"{move.From} --{move.Step}--> {move.To}").Order(StringComparer.Ordinal);
}
