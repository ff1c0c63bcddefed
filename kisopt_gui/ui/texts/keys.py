"""Texts of the sources and of the key dialogs."""

TABLE: dict[str, tuple[str, str]] = {
    "source.menu": ("시세 원천", "Source"),
    "source.button": ("시세 원천: {source}", "Source: {source}"),
    "source.demo": ("데모 · 내장 모의 중계", "Demo · embedded broker"),
    "source.demo.short": ("데모", "DEMO"),
    "source.demo.tip": (
        "내장 모의 중계가 만든 값입니다. 실제 시세가 아닙니다.",
        "These numbers are made by the embedded demo broker. They are not the market.",
    ),
    "source.real.short": ("KIS 실전", "KIS REAL"),
    "source.real.tip": (
        "한국투자증권 실전 서버의 시세, 프로필 {what}. 조회 전용입니다.",
        "Quotes of the broker's real server, profile {what}. Read-only.",
    ),
    "source.paper.short": ("KIS 모의투자", "KIS PAPER"),
    "source.paper.tip": (
        "한국투자증권 모의투자 서버의 시세, 프로필 {what}. 증권사는 이 시세를 모의투자에 "
        "약속하지 않습니다.",
        "Quotes of the broker's paper server, profile {what}. The broker does not promise this "
        "stream there.",
    ),
    "source.address.short": ("주소", "ADDRESS"),
    "source.address.tip": (
        "주소로 지정한 원천 {what}. 실제 시세인지 프로그램은 알 수 없습니다.",
        "A source given by its address, {what}. The program cannot know whether it is the market.",
    ),
    "source.add": ("키 추가…", "Add a key…"),
    "source.manage": ("키 관리…", "Manage keys…"),
    "keys.title": ("KIS 앱키 입력", "KIS app key"),
    "keys.intro": (
        "조회 전용입니다. 주문 기능은 없습니다. 앱키와 시크릿은 이 컴퓨터에만 두고 HTTPS로만 "
        "보냅니다.",
        "Read-only: there is no order function. App key and secret stay on this machine and "
        "travel over HTTPS only.",
    ),
    "keys.plain": (
        "실시간 시세는 증권사가 암호화하지 않은 ws:// 로만 제공합니다. 시세와 하루짜리 접속키가 "
        "그대로 오갑니다.",
        "The broker offers the stream over plain ws:// only: prices and the approval key of the "
        "day travel unencrypted.",
    ),
    "keys.name": ("프로필", "Profile"),
    "keys.name.default": ("기본", "main"),
    "keys.server": ("서버", "Server"),
    "keys.server.real": ("실전", "Real"),
    "keys.server.paper": ("모의투자", "Paper"),
    "keys.server.other": ("다른 주소", "Other"),
    "keys.address": ("주소", "Address"),
    "keys.custtype": ("고객 유형", "Customer"),
    "keys.custtype.P": ("개인", "Person"),
    "keys.custtype.B": ("법인", "Company"),
    "keys.place": ("보관", "Keep in"),
    "keys.place.keyring": ("키링", "Keyring"),
    "keys.place.file": ("암호화 파일", "Encrypted file"),
    "keys.place.environment": ("환경 변수", "Environment"),
    "keys.place.keyring.tip": ("{what}에 보관합니다.", "Kept in {what}."),
    "keys.place.keyring.asking": ("키링을 찾는 중…", "Looking for a keyring…"),
    "keys.place.file.tip": (
        "암호로 잠근 파일에 둡니다. 시작할 때마다 암호를 묻습니다.",
        "Kept in a file under a passphrase, which is asked for at each start.",
    ),
    "keys.place.environment.tip": (
        "저장하지 않습니다. {key}와 {secret}에서 읽습니다.",
        "Nothing is kept: they are read from {key} and {secret}.",
    ),
    "keys.app_key": ("앱키", "App key"),
    "keys.app_secret": ("앱 시크릿", "App secret"),
    "keys.passphrase": ("암호", "Passphrase"),
    "keys.passphrase.least": ("{count}자 이상", "{count} characters or more"),
    "keys.count": ("{count}자", "{count} chars"),
    "keys.again": ("암호 확인", "Once more"),
    "keys.left": (
        "새 자리에 보관했지만 이전 앱키가 원래 자리에도 남아 있습니다. {problem}. "
        "한 번 더 누르면 시작합니다",
        "It is kept in its new place, but the former app key is still in the old one: {problem}. "
        "Press once more to start",
    ),
    "keys.differ": ("두 암호가 다릅니다.", "The two passphrases differ."),
    "keys.taken": (
        "프로필 {what}이(가) 이미 있습니다. 계속하면 그 키를 바꿉니다.",
        "There is a profile {what} already: going on replaces its key.",
    ),
    "keys.show": ("보이기", "Show"),
    "keys.demo": ("데모로 계속", "Stay with the demo"),
    "keys.cancel": ("취소", "Cancel"),
    "keys.ok": ("확인하고 시작", "Check and start"),
    "keys.checking": ("증권사에 확인하는 중…", "Asking the broker…"),
    "keys.unlock.title": ("암호화된 앱키 열기", "Open an encrypted app key"),
    "keys.unlock.text": (
        "앱키가 암호화 파일에 있습니다. 암호를 입력하면 이 실행 동안 열어 둡니다.",
        "The app key is in an encrypted file. Its passphrase opens it for this run.",
    ),
    "keys.unlock.ok": ("열기", "Open"),
    "keys.unlock.opening": ("여는 중…", "Opening…"),
    "keys.manage.title": ("앱키 관리", "App keys"),
    "keys.manage.none": ("저장된 프로필이 없습니다.", "No profile is kept."),
    "keys.manage.use": ("사용", "Use"),
    "keys.manage.remove": ("삭제", "Remove"),
    "keys.manage.sure": ("정말 삭제", "Really remove"),
    "keys.manage.add": ("키 추가…", "Add a key…"),
    "keys.manage.close": ("닫기", "Close"),
    "keys.manage.removed": ("프로필 {what}을(를) 삭제했습니다.", "Profile {what} was removed."),
    "keys.manage.warning": (
        "프로필 {what}과(와) 이 컴퓨터에 보관한 그 앱키를 지웁니다. 한 번 더 누르면 삭제합니다.",
        "Profile {what} and the app key kept for it on this machine will go. Press once more to "
        "remove them.",
    ),
    "keys.manage.shown": ("사용 중", "In use"),
    "keys.manage.line": ("{server} · {custtype} · {place}", "{server} · {custtype} · {place}"),
}
