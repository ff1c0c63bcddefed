"""What can go wrong with layouts, in words for the user."""

from kisopt_gui.errors import KisOptError


class EmptyNameError(KisOptError):
    """A name has nothing that can be seen."""

    english = "a layout needs a name"
    korean = "레이아웃 이름을 입력하세요"


class LongNameError(KisOptError):
    """A name is too long for a tab.

    Attributes:
        facts: ``length`` it has, ``limit`` it may have.
    """

    english = "a name may have {limit} characters, this one has {length}; shorten it"
    korean = "이름은 {limit}자까지 쓸 수 있습니다(지금 {length}자). 줄여 주세요"


class TakenNameError(KisOptError):
    """Another layout has the name.

    Attributes:
        facts: ``name``.
    """

    english = 'there is a layout "{name}" already; choose another name'
    korean = "'{name}' 레이아웃이 이미 있습니다. 다른 이름을 쓰세요"


class NewerFileError(KisOptError):
    """A newer program wrote the layouts; they were kept under another name.

    Attributes:
        facts: ``file``, ``version`` it has, ``kept``, where it is now.
    """

    english = (
        "{file} was written by a newer version of the program (form {version}); it was kept as "
        "{kept}, and this version starts with the standard layouts"
    )
    korean = (
        "{file} 파일은 더 새로운 버전의 프로그램이 쓴 것입니다(형식 {version}). {kept}(으)로 옮겨 "
        "두고 기본 레이아웃으로 시작합니다"
    )


class DamagedLayoutError(KisOptError):
    """Single layouts made no sense; they were kept in a file of their own.

    Attributes:
        facts: ``names``, ``file`` they were in, ``kept``, where they are now.
    """

    english = "in {file} these layouts are damaged and were moved to {kept}: {names}"
    korean = "{file} 안의 손상된 레이아웃을 {kept}(으)로 옮겼습니다: {names}"


class LastLayoutError(KisOptError):
    """The only layout cannot be deleted."""

    english = "the last layout cannot be deleted; make another one first"
    korean = "마지막 레이아웃은 삭제할 수 없습니다. 먼저 다른 레이아웃을 만드세요"


class UnknownLayoutError(KisOptError):
    """A layout is not there, or not any more.

    Attributes:
        facts: ``name``.
    """

    english = 'there is no layout "{name}"'
    korean = "'{name}' 레이아웃이 없습니다"


class ImportLayoutError(KisOptError):
    """A file chosen by the user holds no layout that can be used.

    Attributes:
        facts: ``path``.
    """

    english = "{path} holds no layout that this program can read; choose a file it exported"
    korean = "{path}에 읽을 수 있는 레이아웃이 없습니다. 이 프로그램이 내보낸 파일을 고르세요"


class NewerLayoutError(KisOptError):
    """A file chosen by the user was exported by a newer program.

    Attributes:
        facts: ``path``, ``version`` it has.
    """

    english = "{path} was exported by a newer version of the program (form {version}); update this"
    korean = (
        "{path}은(는) 더 새로운 버전이 내보낸 파일입니다(형식 {version}). 프로그램을 새로 고치세요"
    )


class OwnFileError(KisOptError):
    """A layout would be exported over the file of all layouts.

    Attributes:
        facts: ``path``.
    """

    english = "{path} is the file of all layouts; export to another file"
    korean = "{path}에는 모든 레이아웃이 들어 있습니다. 다른 파일로 내보내세요"
