"""Texts of the report of a failure."""

TABLE: dict[str, tuple[str, str]] = {
    "report.button": ("보고서", "Report"),
    "report.ended.title": (
        "kisopt가 예기치 않게 종료되었습니다",
        "kisopt ended unexpectedly",
    ),
    "report.ended.text": (
        "다시 시작하면 마지막으로 저장된 레이아웃으로 열립니다. 같은 일이 되풀이되면 보고서를 "
        "복사해 개발자에게 보내 주세요.",
        "Start it again: it opens with the layouts as they were last saved. If this happens again, "
        "copy the report and send it to the developers.",
    ),
    "report.survived.title": (
        "문제가 생겼지만 계속 실행 중입니다",
        "Something went wrong, but kisopt is still running",
    ),
    "report.survived.text": (
        "그 뒤로 화면의 값이 빠졌거나 멈춰 있을 수 있습니다. 값을 믿고 판단하기 전에 프로그램을 "
        "다시 시작하세요.",
        "Since then, numbers on the screen may be incomplete or old. Close the program and start "
        "it again before you rely on them.",
    ),
    "report.unstarted.title": ("kisopt를 시작하지 못했습니다", "kisopt could not start"),
    "report.unstarted.text": (
        "다시 시작해 보고, 그래도 안 되면 프로그램을 다시 설치하거나 보고서를 복사해 개발자에게 "
        "보내 주세요.",
        "Try once more. If it fails again, install the program anew, or copy the report and send "
        "it to the developers.",
    ),
    "report.private": (
        "키와 인증 정보는 보고서에서 지워졌고, 아무 데도 자동으로 보내지 않습니다.",
        "Keys and passwords are removed from the report, and nothing is sent by itself.",
    ),
    "report.saved": ("보고서 파일: {path}", "The report is kept as {path}"),
    "report.details": ("자세히", "Details"),
    "report.box": ("보고서 내용", "Text of the report"),
    "report.copy": ("보고서 복사", "Copy report"),
    "report.copied": ("복사했습니다", "Copied"),
    "report.folder": ("로그 폴더 열기", "Open log folder"),
    "report.restart": ("다시 시작", "Start again"),
    "report.close": ("닫기", "Close"),
}
