"""Texts of the window itself: bars, menu, banner, run summary."""

TABLE: dict[str, tuple[str, str]] = {
    "app.name": ("kisopt", "kisopt"),
    "app.title": ("kisopt - 지수옵션 모니터 (조회 전용)", "kisopt - index options (read-only)"),
    "source.no_key": (
        "앱키가 없어 시세를 받지 못합니다.",
        "No quotes can come without an app key.",
    ),
    "source.again": ("다시 시도", "Try again"),
    "source.enter_key": ("앱키 입력…", "Enter the app key…"),
    "link.starting": ("시작 중", "Starting"),
    "link.connecting": ("연결 중", "Connecting"),
    "link.live": ("연결됨", "Connected"),
    "link.silent": ("수신 없음", "Silent"),
    "link.waiting": ("재연결 대기", "Reconnecting"),
    "link.refused": ("거부됨", "Refused"),
    "link.stopped": ("멈춤", "Stopped"),
    "status.source": ("원천", "Source"),
    "status.rate": ("수신", "Received"),
    "status.rate.value": ("{rate} 건/초", "{rate} rec/s"),
    "status.screen": ("수신→화면", "Receive→screen"),
    "status.screen.value": ("p50 {p50} · p99 {p99} ms", "p50 {p50} · p99 {p99} ms"),
    "status.exchange": ("거래소→화면", "Exchange→screen"),
    "status.exchange.within": ("1초 이내", "within 1 s"),
    "status.exchange.value": ("{seconds}초", "{seconds} s"),
    "status.lost": ("유실", "Lost"),
    "status.lost.value": ("{count}계약", "{count}"),
    "status.bad": ("불량 프레임", "Bad frames"),
    "status.slots": ("슬롯", "Slots"),
    "status.heard": ("마지막 수신", "Last heard"),
    "status.ping": ("핑퐁", "PINGPONG"),
    "status.ping.value": ("{age} 전", "{age} ago"),
    "status.charts": ("차트", "Charts"),
    "status.charts.thinned": ("{times}배 솎음", "thinned {times}x"),
    "status.retry": ("{seconds}초 뒤 다시 시도", "next try in {seconds} s"),
    "status.rate.tip": (
        "지난 1초 동안 받은 체결 건수. 지금까지 {total}건.",
        "Records received in the last second. {total} so far.",
    ),
    "status.screen.tip": (
        "소켓에서 읽은 때부터 화면에 그려질 때까지. 지난 10초, 건수 가중.",
        "From the read of the socket to the end of the paint. Last 10 s, each record counted once.",
    ),
    "status.exchange.tip": (
        "거래소 체결시각(1초 단위)부터 화면까지. 원천의 시계가 실제 시각이 아니면 최근 1분의 가장 "
        "짧은 값과 비교합니다.",
        "From the exchange's trade time (whole seconds) to the screen. If the source's clock is "
        "not the time of day, against the shortest of the last minute.",
    ),
    "status.lost.tip": (
        "누적 거래량으로 확인한 유실: {lost}계약, {gaps}회. 화면이 밀려 버린 건 {overflow}건. "
        "중복 {repeated}건, 순서 어긋남 {disordered}건.",
        "Proved by the cumulative volume: {lost} contracts in {gaps} gaps. Dropped because the "
        "window fell behind: {overflow}. Repeated {repeated}, out of order {disordered}.",
    ),
    "status.bad.tip": (
        "읽을 수 없어 따로 둔 프레임. 검사 창(Ctrl+Shift+I)에서 볼 수 있습니다.",
        "Frames that could not be read. They are kept in the inspector (Ctrl+Shift+I).",
    ),
    "status.slots.tip": (
        "쥐고 있는 등록 {held}건, 한도 {limit}건 (모든 실시간 합계).",
        "{held} registrations held of {limit}, all streams together.",
    ),
    "top.index": ("KOSPI200", "KOSPI200"),
    "top.future": ("선물 {code}", "Future {code}"),
    "top.basis": ("베이시스", "Basis"),
    "top.iv": ("대표 IV", "ATM IV"),
    "top.iv.call": ("콜 {value}", "C {value}"),
    "top.iv.put": ("풋 {value}", "P {value}"),
    "top.days": ("잔존", "Days left"),
    "top.days.value": ("{days}일", "{days}"),
    "top.days.today": ("만기일", "expires today"),
    "top.index.derived": (
        "옵션 레코드에서 계산한 값 (현재가 − 시장베이시스). 지수를 구독하지 않았습니다.",
        "Worked out from option records (last - market basis). The index is not subscribed.",
    ),
    "top.index.rest": (
        "REST {time} 조회값입니다. 지수가 오면 바뀝니다.",
        "From REST at {time}, until the index itself comes.",
    ),
    "top.iv.tip": (
        "가장 가까운 만기의 등가격 {strike} 콜과 풋의 내재변동성.",
        "Implied volatility of the {strike} call and put, nearest expiry.",
    ),
    "menu.open": ("메뉴", "Menu"),
    "menu.theme": ("밝은 테마로", "Light theme"),
    "menu.theme.dark": ("어두운 테마로", "Dark theme"),
    "menu.language": ("English", "한국어"),
    "menu.reconnect": ("지금 다시 연결", "Reconnect now"),
    "menu.screenshot": ("화면 저장…", "Save a picture…"),
    "menu.about": ("kisopt 정보", "About kisopt"),
    "menu.quit": ("끝내기", "Quit"),
    "banner.close": ("닫기", "Close"),
    "banner.reconnect": ("다시 연결", "Reconnect"),
    "banner.silent": (
        "{seconds}초 동안 아무것도 오지 않았습니다. 화면의 값은 오래된 값입니다.",
        "Nothing was heard for {seconds} s. The numbers on the screen are old.",
    ),
    "banner.lost": (
        "연결이 끊겨 화면의 값은 오래된 값입니다. {reason}",
        "The link is down and the numbers on the screen are old. {reason}",
    ),
    "banner.stopped": (
        "수신부가 오류로 멈췄습니다. 화면의 값은 오래된 값입니다. 프로그램을 다시 시작하세요.",
        "The feed has ended by a defect and the numbers on the screen are old. Start the program "
        "again.",
    ),
    "banner.overflow": (
        "창이 밀려 {count}건을 버렸습니다. 관심 종목이나 차트를 줄이세요.",
        "The window fell behind and {count} records were dropped. Watch less, or close charts.",
    ),
    "banner.drift": (
        "{tr_id}가 문서보다 많은 {width}개 필드를 보냅니다. 앞의 필드만 읽고 나머지는 검사 창에 "
        "있습니다.",
        "{tr_id} sends {width} fields, more than documented. The first are read, the rest is in "
        "the inspector.",
    ),
    "banner.defect": (
        "프로그램 오류가 기록되었습니다: {what}. 계속 쓸 수 있습니다.",
        "A defect of the program was logged: {what}. It goes on.",
    ),
    "banner.saved": ("그림을 {path}에 저장했습니다.", "The picture was saved to {path}."),
    "banner.unsaved": (
        "그림을 {path}에 저장하지 못했습니다.",
        "The picture could not be saved to {path}.",
    ),
    "banner.queued": (
        "슬롯 {limit}개가 모두 쓰여 {count}종목은 빈 슬롯을 기다립니다. 위에 있는 종목이 먼저 "
        "받습니다.",
        "All {limit} slots are held; {count} contracts wait for a free one. Upper rows go first.",
    ),
    "panel.quotes": ("시세와 민감도", "Quotes and greeks"),
    "panel.subscriptions": ("구독 관리", "Subscriptions"),
    "panel.charts": ("차트", "Charts"),
    "panel.ladder": ("호가", "Order book"),
    "panel.inspector": ("검사", "Inspector"),
}
