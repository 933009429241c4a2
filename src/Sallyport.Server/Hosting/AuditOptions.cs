using System.ComponentModel.DataAnnotations;
using Sallyport.Tools;

namespace Sallyport.Server.Hosting;

/// <summary>One witness of the audit log.</summary>
public sealed class WitnessOptions
{
    /// <summary>Its submission prefix; <c>/add-checkpoint</c> is appended (C2SP tlog-witness).</summary>
    [Required, Url]
    public string Url { get; set; } = "";

    /// <summary>Its verifier key, <c>name+id+base64</c> with algorithm byte 0x04.</summary>
    [Required]
    public string Key { get; set; } = "";
}

/// <summary>How the audit log is published, witnessed and kept.</summary>
public sealed class AuditOptions
{
    /// <summary>File that remembers the last checkpoint outside the database; on another disk it also recognises a restored data folder.</summary>
    /// <value>Default: <c>log.head</c> in the data folder.</value>
    public string? HeadFile { get; set; }

    /// <summary>Name of the log in its checkpoints, such as <c>gate.example.com/audit</c>. It is fixed at the first start.</summary>
    public string? Origin { get; set; }

    /// <summary>Who else remembers how long the log is. Without any, nothing is cosigned and no effect waits for it.</summary>
    public IReadOnlyList<WitnessOptions> Witnesses { get; set; } = [];

    /// <summary>Cosignatures that an intent needs before its effect may leave, by risk class.</summary>
    /// <value>Default with witnesses: 1 for money movement, access, customer communication and destruction; 0 for all others.</value>
    public IReadOnlyDictionary<string, int>? WitnessesRequired { get; set; }

    /// <summary>Longest wait for one witness, milliseconds.</summary>
    /// <value>Default: 1,000.</value>
    [Range(50, 10_000)]
    public int WitnessTimeoutMilliseconds { get; set; } = 1_000;

    /// <summary>Days after which payloads beside entries are erased; the entries stay.</summary>
    /// <value>Default: none are erased by themselves.</value>
    [Range(1, 36_500)]
    public int? PayloadRetentionDays { get; set; }

    /// <summary>The policy that these options describe.</summary>
    /// <exception cref="ServerStartException">A class does not exist, or asks for more witnesses than there are.</exception>
    internal Sallyport.Audit.WitnessPolicy Policy()
    {
        if (WitnessesRequired is null) return Witnesses.Count == 0 ? Sallyport.Audit.WitnessPolicy.None : Sallyport.Audit.WitnessPolicy.Default;
        var required = new Dictionary<RiskClass, int>();
        foreach (var (name, count) in WitnessesRequired)
        {
            if (!Enum.GetValues<RiskClass>().Any(risk => Contracts.Wire.WireName.Of(risk) == name)) throw new ServerStartException($"audit.witnesses_required names the risk class \"{name}\", which does not exist.");
            if (count < 0 || count > Witnesses.Count) throw new ServerStartException($"audit.witnesses_required asks for {count} witnesses for \"{name}\", but {Witnesses.Count} are configured.");
            required[Contracts.Wire.WireName.Parse<RiskClass>(name)] = count;
        }

        return new Sallyport.Audit.WitnessPolicy(required);
    }
}
