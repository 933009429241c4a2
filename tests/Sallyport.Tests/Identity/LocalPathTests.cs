using Sallyport.Identity;

namespace Sallyport.Tests.Identity;

public sealed class LocalPathTests
{
    [Theory]
    [InlineData("/"), InlineData("/approvals/apr_1"), InlineData("/activity?id=act_1&x=%2F"), InlineData("/device?user_code=BCDF-GHJK"), InlineData("/emergency#halts")]
    public void Of_PathOfThisServer_IsKept(string path) => Assert.Equal(path, LocalPath.Of(path));

    [Theory]
    [InlineData(null), InlineData(""), InlineData("evil.example"), InlineData("https://evil.example/"), InlineData("HTTPS://evil.example"), InlineData("javascript:alert(1)")]
    [InlineData("//evil.example"), InlineData("///evil.example"), InlineData("/\\evil.example"), InlineData("\\\\evil.example"), InlineData("/approvals//evil.example")]
    [InlineData("/%2fevil.example"), InlineData("/%5Cevil.example"), InlineData("/%2e%2e/"), InlineData("/\t/evil.example"), InlineData("/\n/evil.example"), InlineData("/a\r\nSet-Cookie: x=1")]
    [InlineData(" /a"), InlineData("/ /evil.example"), InlineData("/\u0000"), InlineData("/ünicode"), InlineData("/signin"), InlineData("/SignOut"), InlineData("/signin/callback?code=1")]
    public void Of_AnythingElse_LeadsHome(string? path) => Assert.Equal("/", LocalPath.Of(path));

    [Fact]
    public void Of_PathWithoutEnd_LeadsHome() => Assert.Equal("/", LocalPath.Of("/" + new string('a', 600)));
}
