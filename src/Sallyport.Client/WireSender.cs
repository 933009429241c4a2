using System.Net.Http.Headers;
using System.Text.Json;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;

namespace Sallyport.Client;

/// <summary>Sends requests and reads answers in the wire format.</summary>
internal static class WireSender
{
    private static readonly JsonSerializerOptions Reading = new(WireJson.Options) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip, RespectRequiredConstructorParameters = false };

    /// <exception cref="SallyportProblemException">The server answered with a problem.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    internal static async Task<T> SendAsync<T>(HttpClient http, HttpMethod method, string path, object? body, string? bearer, CancellationToken cancellation)
    {
        using var answer = await SendAsync(http, method, path, body, bearer, cancellation);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellation);
        return JsonSerializer.Deserialize<T>(bytes.Length == 0 ? "{}"u8 : bytes, Reading) ?? throw new JsonException($"The answer of {path} is empty.");
    }

    internal static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, string path, object? body, string? bearer, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), WireJson.Options));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (answer.IsSuccessStatusCode) return answer;
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(cancellation);
            if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
                throw new SallyportProblemException(JsonSerializer.Deserialize<Problem>(text, Reading)!);
            throw new HttpRequestException($"{path} answered {(int)answer.StatusCode}: {(text.Length > 300 ? text[..300] : text)}", null, answer.StatusCode);
        }
    }
}
