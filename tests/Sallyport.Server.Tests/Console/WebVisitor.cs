using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Console;

/// <summary>A browser without script: pages, cookies and the forms that a page really offers.</summary>
internal sealed class WebVisitor : IDisposable
{
    private static readonly HtmlParser Parser = new();
    private readonly HttpClient _http;

    internal WebVisitor(TestGate gate) => _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(gate.Url) };

    internal HttpClient Http => _http;

    internal static async Task<WebVisitor> SignedInAsync(TestGate gate, string person)
    {
        var visitor = new WebVisitor(gate);
        using var answer = await visitor.PostAsync("/signin", ("username", person), ("password", TestGate.Password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return visitor;
    }

    /// <summary>A page that must be there.</summary>
    internal async Task<IHtmlDocument> OpenAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await _http.GetAsync(path, Cancel);
        Assert.Equal(expected, answer.StatusCode);
        return await DocumentAsync(answer);
    }

    /// <summary>Sends a form as it stands, with these fields filled in and this button pressed.</summary>
    internal async Task<HttpResponseMessage> SubmitAsync(IHtmlFormElement form, params (string Name, string Value)[] filled)
    {
        var hidden = form.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]").Select(input => (Name: input.Name!, input.Value));
        return await PostAsync(form.GetAttribute("action")!, [.. hidden.Where(field => filled.All(given => given.Name != field.Name)), .. filled]);
    }

    /// <summary>Sends a form and follows to the page that it leads to.</summary>
    internal async Task<IHtmlDocument> SubmitAndFollowAsync(IHtmlFormElement form, params (string Name, string Value)[] filled)
    {
        using var answer = await SubmitAsync(form, filled);
        return answer.StatusCode == HttpStatusCode.Redirect ? await OpenAsync(answer.Headers.Location!.ToString()) : await DocumentAsync(answer);
    }

    internal Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        _http.PostAsync(path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), Cancel);

    internal static async Task<IHtmlDocument> DocumentAsync(HttpResponseMessage answer) => Parser.ParseDocument(await answer.Content.ReadAsStringAsync(Cancel));

    internal static IHtmlFormElement Form(IHtmlDocument page, string action) =>
        page.QuerySelector<IHtmlFormElement>($"form[action='{action}']") ?? throw new InvalidOperationException($"The page has no form for {action}: {page.Body!.TextContent}");

    internal static string Text(IElement? element) => string.Join(' ', (element?.TextContent ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public void Dispose() => _http.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
