using Sallyport.Identity;

namespace Sallyport.Tests.Identity;

public sealed class PasswordHashTests
{
    private static readonly string Encoded = PasswordHash.Create("correct horse", length => [.. Enumerable.Range(1, length).Select(i => (byte)i)]);

    [Theory]
    [InlineData("correct horse", true)]
    [InlineData("Correct horse", false)]
    [InlineData("correct horse ", false)]
    [InlineData("", false)]
    public void Verify_Password_OnlyTheSame(string password, bool expected) => Assert.Equal(expected, PasswordHash.Verify(password, Encoded));

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("pbkdf2-sha256$600000$AQ==")]
    [InlineData("md5$1$AQ==$AQ==")]
    public void Verify_EncodingThatIsNotOurs_NeverVerifies(string encoded) => Assert.False(PasswordHash.Verify("correct horse", encoded));
}
