namespace Sallyport.Reporting;

/// <summary>A period that is reported on, and how finely it is drawn.</summary>
/// <param name="Name">As it is asked for.</param>
/// <param name="Length">How long.</param>
/// <param name="Slots">In how many slots.</param>
public sealed record ReportPeriod(string Name, TimeSpan Length, int Slots)
{
    /// <summary>The periods there are.</summary>
    public static readonly IReadOnlyList<ReportPeriod> All =
        [new("24h", TimeSpan.FromHours(24), 24), new("7d", TimeSpan.FromDays(7), 28), new("30d", TimeSpan.FromDays(30), 30)];

    /// <summary>The period of a name, or null.</summary>
    public static ReportPeriod? Find(string name) => All.FirstOrDefault(period => period.Name == name);
}
