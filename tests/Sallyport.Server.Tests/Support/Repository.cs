namespace Sallyport.Server.Tests.Support;

/// <summary>Places in the working tree, found upwards from the test binaries.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string RefundBundle => Path.Combine(Root, "workflows", "refund");

    /// <summary>The built payments service, of the same configuration as these tests.</summary>
    public static string PaymentsProgram => Path.Combine(
        Root, "artifacts", "bin", "Sallyport.Samples.Payments", new DirectoryInfo(AppContext.BaseDirectory).Name, "sallyport-payments.dll");

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Sallyport.slnx"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests must run from inside the working tree.");
    }
}
