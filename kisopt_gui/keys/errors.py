"""What can go wrong with profiles and secrets, in words for the user. No fact is ever a secret."""

from kisopt_gui.errors import KisOptError


class ProfileError(KisOptError):
    """A profile that cannot be."""


class ProfileNameError(ProfileError):
    """A name that a profile cannot have.

    Attributes:
        facts: ``name`` as given, ``limit`` of its characters.
    """

    english = (
        "{name!r} cannot name a profile; take up to {limit} letters, digits, spaces and - _ . "
        "that begin with a letter or digit"
    )
    korean = (
        "{name!r}은(는) 프로필 이름으로 쓸 수 없습니다. 글자나 숫자로 시작하는 {limit}자까지의 "
        "글자, 숫자, 공백, - _ . 으로 지으세요"
    )


class KeyAsNameError(ProfileError):
    """What should name a profile looks like an app key: it would stand in files and titles.

    It is not repeated here.
    """

    english = (
        "this looks like an app key, not like the name of a profile; give a short name such as "
        "main, and the key in its own field"
    )
    korean = (
        "프로필 이름이 아니라 앱키처럼 보입니다. main처럼 짧은 이름을 짓고, "
        "앱키는 앱키 칸에 입력하세요"
    )


class ServerError(ProfileError):
    """A server that is none.

    Attributes:
        facts: ``server`` as given.
    """

    english = "{server!r} is no server; write real, paper, or ws://HOST:PORT,https://HOST:PORT"
    korean = (
        "{server!r}은(는) 서버가 아닙니다. real, paper 또는 ws://호스트:포트,https://호스트:포트로 "
        "쓰세요"
    )


class PlainServerError(ProfileError):
    """A server that would be sent the app secret in the open.

    Attributes:
        facts: ``http``, its address.
    """

    english = "{http} is not encrypted, and the app secret would travel on it; write https://"
    korean = "{http}은(는) 암호화되지 않아 앱시크릿이 그대로 드러납니다. https://로 쓰세요"


class CustomerError(ProfileError):
    """A kind of customer that is none.

    Attributes:
        facts: ``custtype`` as given.
    """

    english = "{custtype!r} is no customer type; write P for a person or B for a company"
    korean = "{custtype!r}은(는) 고객 유형이 아닙니다. 개인은 P, 법인은 B로 쓰세요"


class UnknownProfileError(KisOptError):
    """There is no profile of this name.

    Attributes:
        facts: ``name``, and ``known``, the names there are.
    """

    english = "there is no profile {name!r}; there are: {known}"
    korean = "{name!r} 프로필이 없습니다. 있는 프로필: {known}"


class NoProfilesError(UnknownProfileError):
    """There is none of this name, nor any other."""

    english = "there is no profile {name!r}, nor any other; make it by kisopt login"
    korean = "{name!r} 프로필도, 다른 프로필도 없습니다. kisopt login으로 만드세요"


class NewerProfilesError(KisOptError):
    """A newer program wrote the profiles; they were kept under another name.

    Attributes:
        facts: ``file``, ``version`` it has, ``kept``, where it is now.
    """

    english = (
        "{file} was written by a newer version of the program (form {version}); it was kept as "
        "{kept}, and this version starts without profiles"
    )
    korean = (
        "{file} 파일은 더 새로운 버전의 프로그램이 쓴 것입니다(형식 {version}). {kept}(으)로 옮겨 "
        "두고 프로필 없이 시작합니다"
    )


class DamagedProfileError(KisOptError):
    """Single profiles made no sense; they were kept in a file of their own.

    Attributes:
        facts: ``names``, ``file`` they were in, ``kept``, where they are now.
    """

    english = "in {file} these profiles are damaged and were moved to {kept}: {names}"
    korean = "{file} 안의 손상된 프로필을 {kept}(으)로 옮겼습니다: {names}"


class AppKeyError(KisOptError):
    """What was given as app key or secret cannot be one."""


class EmptyKeyError(AppKeyError):
    """One of the two is missing."""

    english = "app key and app secret are both needed; copy them from the broker's developer portal"
    korean = "앱키와 앱시크릿이 모두 필요합니다. 증권사 개발자 포털에서 복사해 넣으세요"


class BrokenKeyError(AppKeyError):
    """One has characters in it that no key has."""

    english = "app key and app secret have no spaces or line breaks in them; copy them once more"
    korean = "앱키와 앱시크릿에는 공백이나 줄바꿈이 없습니다. 다시 복사해 넣으세요"


class LongKeyError(AppKeyError):
    """One is longer than any key.

    Attributes:
        facts: ``limit``, characters it may have.
    """

    english = "an app key or secret has {limit} characters at most; copy them once more, singly"
    korean = "앱키와 앱시크릿은 각각 {limit}자 이하입니다. 하나씩 다시 복사해 넣으세요"


class SwappedKeyError(AppKeyError):
    """The two stand in each other's place, or one stands in both."""

    english = "app key and app secret look swapped or doubled: the key is the short one; try again"
    korean = "앱키와 앱시크릿이 바뀌었거나 같습니다. 짧은 쪽이 앱키입니다. 다시 넣으세요"


class KeyringMissingError(KisOptError):
    """No keyring of the operating system can be used.

    Attributes:
        facts: ``reason``, in the system's own words.
    """

    english = (
        "this system has no keyring that keeps secrets ({reason}); "
        "keep them in an encrypted file or in environment variables instead"
    )
    korean = (
        "이 시스템에는 비밀을 보관할 키링이 없습니다({reason}). "
        "대신 암호화 파일이나 환경 변수에 보관하세요"
    )


class KeyringOutOfReachError(KeyringMissingError):
    """A profile is in a keyring, and there is none here; as in a login over the network.

    Attributes:
        facts: ``name`` of the profile; ``reason``, in the system's own words.
    """

    english = (
        "profile {name} is kept in a keyring that is out of reach here ({reason}); "
        "use it in the desktop session where it was made"
    )
    korean = (
        "프로필 {name}은(는) 여기서 쓸 수 없는 키링에 있습니다({reason}). "
        "로그인했던 데스크톱 세션에서 쓰세요"
    )


class KeyringLockedError(KisOptError):
    """The keyring stayed locked: the user did not open it.

    Attributes:
        facts: ``keyring``, its name.
    """

    english = "{keyring} is locked; unlock it and try again"
    korean = "{keyring}이(가) 잠겨 있습니다. 잠금을 풀고 다시 시도하세요"


class KeyringFailedError(KisOptError):
    """The keyring refused.

    Attributes:
        facts: ``keyring``, its name; ``reason``, in its own words.
    """

    english = (
        "{keyring} refused ({reason}); check it, "
        "or keep the secrets in an encrypted file or in environment variables"
    )
    korean = (
        "{keyring}이(가) 거부했습니다({reason}). "
        "키링을 확인하거나 암호화 파일 또는 환경 변수에 보관하세요"
    )


class NoCredentialsError(KisOptError):
    """A profile has no app key where it should be.

    Attributes:
        facts: ``name`` of the profile.
    """

    english = 'profile {name} has no app key on this computer; run kisopt login "{name}"'
    korean = '이 컴퓨터에 프로필 {name}의 앱키가 없습니다. kisopt login "{name}"을 실행하세요'


class VariablesError(KisOptError):
    """The environment does not hold the app key.

    Attributes:
        facts: ``key`` and ``secret``, names of the variables.
    """

    english = "set the environment variables {key} and {secret}, then start the program from there"
    korean = "환경 변수 {key}와(과) {secret}을(를) 설정하고 그 환경에서 프로그램을 시작하세요"


class PassphraseError(KisOptError):
    """The passphrase does not open the file.

    Attributes:
        facts: ``name`` of the profile.
    """

    english = "this passphrase does not open profile {name}; try again"
    korean = "이 암호로는 프로필 {name}을(를) 열 수 없습니다. 다시 입력하세요"


class PassphraseNeededError(PassphraseError):
    """The file is not open, and no passphrase was given."""

    english = "profile {name} is kept in an encrypted file and needs its passphrase"
    korean = "프로필 {name}은(는) 암호화 파일에 있어 암호가 필요합니다"


class ShortPassphraseError(PassphraseError):
    """A new passphrase is too short.

    Attributes:
        facts: ``limit``, characters it must have.
    """

    english = "the passphrase needs {limit} characters or more; choose a longer one"
    korean = "암호는 {limit}자 이상이어야 합니다. 더 길게 정하세요"


class DamagedVaultError(KisOptError):
    """An encrypted file is no more what was written; it was kept under another name.

    Attributes:
        facts: ``name`` of the profile, ``kept``, where the file is now.
    """

    english = (
        "the encrypted file of profile {name} is damaged and was kept as {kept}; "
        'run kisopt login "{name}" to enter the app key again'
    )
    korean = (
        "프로필 {name}의 암호화 파일이 손상되어 {kept}(으)로 옮겨 두었습니다. "
        'kisopt login "{name}"으로 앱키를 다시 넣으세요'
    )


class NewerVaultError(KisOptError):
    """A newer program wrote the encrypted file; it stays as it is.

    Attributes:
        facts: ``name`` of the profile.
    """

    english = (
        "the encrypted file of profile {name} was written by a newer version of the program; "
        "update this one"
    )
    korean = (
        "프로필 {name}의 암호화 파일은 더 새로운 버전의 프로그램이 쓴 것입니다. "
        "프로그램을 새로 고치세요"
    )


class DamagedEntryError(KisOptError):
    """What the keyring holds for a profile was not written by us.

    Attributes:
        facts: ``name`` of the profile, ``keyring``.
    """

    english = (
        "what {keyring} holds for profile {name} is damaged; "
        'run kisopt login "{name}" to enter the app key again'
    )
    korean = (
        "{keyring}에 있는 프로필 {name}의 내용이 손상되었습니다. "
        'kisopt login "{name}"으로 앱키를 다시 넣으세요'
    )
