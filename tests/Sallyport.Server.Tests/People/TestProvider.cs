using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sallyport.Server.Hosting;

namespace Sallyport.Server.Tests.People;

/// <summary>An OpenID Connect provider of our own that can lie in every way; what it does not lie about it checks as a real one does.</summary>
public sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "sallyport";
    public const string Secret = "a secret & a half";

    private readonly WebApplication _app;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private string _nonce = "";
    private string _challenge = "";

    private TestProvider(WebApplication app) => _app = app;

    public string Issuer => _app.Urls.Single();

    /// <summary>The person who signs in.</summary>
    public JsonObject Person { get; set; } = new()
    {
        ["sub"] = "sub-pat", ["preferred_username"] = "pat", ["name"] = "Pat Provider", ["email"] = "pat@example.com", ["email_verified"] = true, ["groups"] = new JsonArray("support-leads", "sallyport-approvers"),
    };

    /// <summary>Name of the one key in its set.</summary>
    public string Kid { get; set; } = "key-1";

    public Action<JsonObject> Metadata { get; set; } = static _ => { };

    public Action<JsonObject> Claims { get; set; } = static _ => { };

    public Action<JsonObject> Header { get; set; } = static _ => { };

    /// <summary>Makes the token from what is signed; by default with its key.</summary>
    public Func<string, string>? Sign { get; set; }

    public int TokenStatus { get; set; } = 200;

    public bool Down { get; set; }

    public int Redeemed { get; private set; }

    public int KeyReads { get; private set; }

    /// <summary>The public key, in the form that a confused verifier would take for a secret.</summary>
    public byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

    public static async Task<TestProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var provider = new TestProvider(builder.Build());
        provider.Map();
        await provider._app.StartAsync();
        return provider;
    }

    public ProviderOptions Options(string secretFile) => new()
    {
        Name = "corp", Title = "Corp", Issuer = Issuer, ClientId = ClientId, ClientSecretFile = secretFile,
        Roles = new Dictionary<string, IReadOnlyList<string>> { ["sallyport-approvers"] = ["approver"], ["sallyport-admins"] = ["administrator", "operator"] },
    };

    /// <summary>What the authorization endpoint would do once the person has agreed.</summary>
    public void Agree(string nonce, string challenge) => (_nonce, _challenge) = (nonce, challenge);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private void Map()
    {
        _app.Use(async (http, next) =>
        {
            if (Down) http.Abort();
            else await next(http);
        });
        _app.MapGet("/.well-known/openid-configuration", () =>
        {
            var metadata = new JsonObject
            {
                ["issuer"] = Issuer, ["authorization_endpoint"] = Issuer + "/authorize", ["token_endpoint"] = Issuer + "/token", ["jwks_uri"] = Issuer + "/jwks",
                ["end_session_endpoint"] = Issuer + "/bye", ["authorization_response_iss_parameter_supported"] = true, ["code_challenge_methods_supported"] = new JsonArray("S256"),
            };
            Metadata(metadata);
            return Results.Text(metadata.ToJsonString(), "application/json");
        });
        _app.MapGet("/jwks", () =>
        {
            KeyReads++;
            var point = _key.ExportParameters(false).Q;
            var key = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = Kid, ["use"] = "sig", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
            return Results.Text(new JsonObject { ["keys"] = new JsonArray(key) }.ToJsonString(), "application/json");
        });
        _app.MapPost("/token", async (HttpContext http) =>
        {
            var form = await http.Request.ReadFormAsync();
            var basic = Encoding.ASCII.GetString(Convert.FromBase64String(http.Request.Headers.Authorization.ToString()["Basic ".Length..])).Split(':');
            var proof = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
            if (Uri.UnescapeDataString(basic[0]) != ClientId || Uri.UnescapeDataString(basic[1].Replace('+', ' ')) != Secret || proof != _challenge || form["grant_type"] != "authorization_code")
                return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
            Redeemed++;
            return Results.Json(new { access_token = "at-1", token_type = "Bearer", id_token = IdToken() }, statusCode: TokenStatus);
        });
    }

    private string IdToken()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = Person.DeepClone().AsObject();
        (claims["iss"], claims["aud"], claims["nonce"], claims["iat"], claims["exp"]) = (Issuer, ClientId, _nonce, now, now + 300);
        Claims(claims);
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = Kid };
        Header(header);
        var signed = Part(header) + "." + Part(claims);
        return signed + "." + (Sign?.Invoke(signed) ?? Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)));
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
