namespace Sallyport.Tools;

/// <summary>What a tool can do to the world; sets the floor of control, whatever policy says.</summary>
public enum RiskClass
{
    /// <summary>Reads only: no approval, no claim.</summary>
    Read,

    /// <summary>A small, reversible change.</summary>
    Low,

    /// <summary>Moves money.</summary>
    MoneyMovement,

    /// <summary>Grants or removes access.</summary>
    Access,

    /// <summary>Speaks to a customer.</summary>
    CustomerComms,

    /// <summary>Destroys something.</summary>
    Destructive,
}
