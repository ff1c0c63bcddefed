"""Texts of the box that says what the program is made of."""

TABLE = {
    "about.what": (
        "KIS 지수옵션 실시간 체결(H0IOCNT0) 모니터. 주문을 보내는 기능이 없습니다.",
        "Monitor of the KIS index option stream H0IOCNT0. It cannot place an order.",
    ),
    "about.read_only": ("조회 전용", "Read-only"),
    "about.versions": ("버전", "Versions"),
    "about.licences": ("라이선스", "Licences"),
    "about.system": ("운영체제", "System"),
    "about.screen": ("화면", "Screen"),
    "about.copy": ("버전 정보 복사", "Copy versions"),
    "about.copied": ("복사했습니다", "Copied"),
    "about.close": ("닫기", "Close"),
    "about.search": ("이름이나 라이선스로 찾기", "Find a name or a licence"),
    "about.components": ("구성 요소", "Components"),
    "about.text": ("라이선스 전문", "Licence text"),
    "about.found": ("구성 요소 {count}개", "Components: {count}"),
    "about.none_found": ("'{words}'에 맞는 것이 없습니다", "Nothing matches '{words}'"),
    "about.see_text": ("전문 참조", "See the text"),
    "about.no_text": (
        "이 구성 요소는 라이선스 전문 없이 설치되었습니다.",
        "This component was installed without the text of its licence.",
    ),
}
