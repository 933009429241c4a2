using System.Text.Json;

namespace Sallyport.Cel;

/// <summary>The values of an environment's variables and the meter of the evaluation that runs on them. For one thread at a time.</summary>
public sealed class CelActivation
{
    private readonly CelEnvironment _environment;
    private long _stepsLeft;

    internal CelActivation(CelEnvironment environment)
    {
        _environment = environment;
        Slots = new CelValue[environment.Variables.Length];
        Clear();
    }

    /// <summary>For values that depend on nothing.</summary>
    internal static CelActivation Empty { get; } = new(CelEnvironment.Create([]));

    internal static CelValue OutOfSteps => CelValue.Error("step limit exceeded");

    internal CelValue[] Slots { get; }

    internal CelValue[] Locals { get; private set; } = [];

    internal bool IsExhausted => _stepsLeft < 0;

    /// <summary>Steps that the last evaluation was charged.</summary>
    public long StepsTaken => _environment.Options.MaxSteps - _stepsLeft;

    /// <summary>Sets a variable from JSON, read as its declared type. JSON of another type makes the variable an error value.</summary>
    /// <param name="name">A declared variable.</param>
    /// <param name="json">Its value.</param>
    /// <exception cref="ArgumentException">The variable is not declared.</exception>
    public void Set(string name, JsonElement json)
    {
        var slot = _environment.SlotOf(name);
        Slots[slot] = CelValue.FromJson(json, _environment.Variables[slot].Type);
    }

    /// <summary>Sets a variable.</summary>
    /// <param name="name">A declared variable.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">The variable is not declared.</exception>
    public void Set(string name, CelValue value) => Slots[_environment.SlotOf(name)] = value;

    /// <summary>Takes a variable's value from an activation whose environment declares it with the very same type, instead of reading it again.</summary>
    /// <param name="name">A declared variable.</param>
    /// <param name="other">Where the value is set.</param>
    /// <returns>False if the other environment does not declare it so; nothing is set then.</returns>
    /// <exception cref="ArgumentException">The variable is not declared here.</exception>
    public bool TryCopy(string name, CelActivation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var slot = _environment.SlotOf(name);
        if (other._environment.FindSlot(name) is not { } source ||
            !ReferenceEquals(other._environment.Variables[source].Type, _environment.Variables[slot].Type))
            return false;
        Slots[slot] = other.Slots[source];
        return true;
    }

    /// <summary>Forgets every value: each variable is an error until it is set again.</summary>
    public void Clear() => _environment.Unset.CopyTo(Slots);

    internal void Begin(CelEnvironment environment, int localCount)
    {
        if (!ReferenceEquals(environment, _environment))
            throw new ArgumentException("The activation belongs to another environment.");
        if (Locals.Length < localCount)
            Locals = new CelValue[localCount];
        _stepsLeft = environment.Options.MaxSteps;
    }

    /// <summary>False when the steps are used up; the evaluation then ends with <see cref="OutOfSteps"/>.</summary>
    internal bool Charge(long steps)
    {
        _stepsLeft = steps > _stepsLeft ? -1 : _stepsLeft - steps;
        return _stepsLeft >= 0;
    }

    /// <summary>Charges for text and octets that are read or built.</summary>
    internal bool ChargeBytes(long count) => Charge(count >> 4);
}
