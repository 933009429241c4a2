using System.Text.RegularExpressions;
using Sallyport.Contracts.Errors;

namespace Sallyport.Tests;

public sealed class ErrorCatalogueTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "errors.md"));

    [Fact, Trait("req", "A1.6")]
    public void ErrorsPage_EveryCode_HasItsSectionWithStatusAndRemedy()
    {
        foreach (var error in ErrorCatalogue.All.Values)
        {
            var section = Regex.Match(Page, $@"^## `{error.Code}`\n(.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline, TimeSpan.FromSeconds(5));
            Assert.True(section.Success, $"docs/reference/errors.md has no section for {error.Code}.");
            Assert.Contains(error.Title, section.Value);
            Assert.Contains(error.Remedy, section.Value);
            Assert.Contains($"HTTP {error.Status}", section.Value);
            Assert.Contains(error.Retriable ? "retriable" : "terminal", section.Value);
        }
    }

    [Fact, Trait("req", "A1.6")]
    public void ErrorsPage_EverySection_NamesACodeThatExists()
    {
        var documented = Regex.Matches(Page, "^## `([a-z0-9_]+)`$", RegexOptions.Multiline, TimeSpan.FromSeconds(5)).Select(match => match.Groups[1].Value);
        Assert.Equal(ErrorCatalogue.All.Keys.Order(), documented.Order());
    }

    [Fact]
    public void Codes_AllOfThem_AreSnakeCaseAndTheirTypesAreUrns()
    {
        Assert.All(ErrorCatalogue.All.Values, error =>
        {
            Assert.Matches("^[a-z][a-z0-9_]*$", error.Code);
            Assert.Equal("urn:sallyport:error:" + error.Code.Replace('_', '-'), error.Type);
            Assert.InRange(error.Status, 400, 599);
        });
    }
}
