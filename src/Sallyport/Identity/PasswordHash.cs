using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Identity;

/// <summary>PBKDF2-HMAC-SHA-256 with 600,000 iterations (OWASP password storage guidance) and a random salt of 16 bytes.</summary>
public static class PasswordHash
{
    private const int Iterations = 600_000;
    private const int SaltBytes = 16;
    private const int KeyBytes = 32;

    /// <summary>Hashes a password as <c>pbkdf2-sha256$iterations$salt$key</c>.</summary>
    public static string Create(string password, Func<int, byte[]> randomBytes)
    {
        var salt = randomBytes(SaltBytes);
        return $"pbkdf2-sha256${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(password, salt, Iterations))}";
    }

    /// <summary>Verifies in constant time. An encoding that this program did not write never verifies.</summary>
    public static bool Verify(string password, string encoded)
    {
        if (encoded.Split('$') is not ["pbkdf2-sha256", var count, var salt, var key]) return false;
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > 10_000_000) return false;
        return CryptographicOperations.FixedTimeEquals(Derive(password, Convert.FromBase64String(salt), iterations), Convert.FromBase64String(key));
    }

    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormC)), salt, iterations, HashAlgorithmName.SHA256, KeyBytes);
}
