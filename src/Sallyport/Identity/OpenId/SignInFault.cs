namespace Sallyport.Identity.OpenId;

/// <summary>Why a sign-in through a provider came to nothing. Each is shown to the person and recorded by its wire spelling.</summary>
public enum SignInFault
{
    /// <summary>The answer fits no sign-in that this browser began here, or that one was finished or is over.</summary>
    StateMismatch,

    /// <summary>The answer says that it is from another provider than the one that was asked (RFC 9207).</summary>
    IssuerMixedUp,

    /// <summary>The provider answered with an error, or the person said no there.</summary>
    ProviderRefused,

    /// <summary>The provider does not answer, or not as one that can be used.</summary>
    ProviderUnavailable,

    /// <summary>The provider did not take the code, or answered without an id_token.</summary>
    CodeRefused,

    /// <summary>The id_token is no compact JWS.</summary>
    TokenMalformed,

    /// <summary>The id_token is signed by an algorithm that is not on the list.</summary>
    AlgorithmRefused,

    /// <summary>No key of the provider has the id_token's key id.</summary>
    UnknownKey,

    /// <summary>The signature does not fit.</summary>
    SignatureWrong,

    /// <summary>The id_token is from another issuer.</summary>
    IssuerWrong,

    /// <summary>The id_token is for another client, or for others too.</summary>
    AudienceWrong,

    /// <summary>The id_token is over.</summary>
    Expired,

    /// <summary>The id_token is of the future, or does not say when it was made.</summary>
    NotYetValid,

    /// <summary>The id_token belongs to another sign-in, or to none.</summary>
    NonceWrong,

    /// <summary>The id_token was not issued with the access token beside it.</summary>
    AccessTokenWrong,

    /// <summary>The id_token names nobody.</summary>
    SubjectMissing,

    /// <summary>The person did not authenticate anew although they were asked to, or the provider does not say when they did.</summary>
    NotFresh,

    /// <summary>The person did not authenticate in the way that the configuration demands.</summary>
    TooWeak,

    /// <summary>Somebody else authenticated than the person whose session it was.</summary>
    AnotherPerson,

    /// <summary>The user name that the provider says is none that this server takes.</summary>
    UsernameUnusable,

    /// <summary>Another account has that user name.</summary>
    UsernameTaken,

    /// <summary>No group of the person gives them a role here.</summary>
    NoRole,

    /// <summary>The person is locked.</summary>
    PersonLocked,
}
