"""Texts of the subscriptions part of the window."""

TABLE: dict[str, tuple[str, str]] = {
    # head and search
    "subs.title": ("구독 관리", "Subscriptions"),
    "subs.read_only": ("조회 전용", "Read only"),
    "subs.read_only_long": (
        "시세를 구독하기만 합니다. 주문 기능은 없습니다.",
        "This program only subscribes to quotes. It cannot place orders.",
    ),
    "subs.search": ("코드, 1085콜, 목 1085p", "Code, 1085c, thu 1085p"),
    "subs.search_name": ("종목 찾아 추가", "Find a contract and add it"),
    "subs.hits_name": ("검색 결과", "Search results"),
    "subs.hint": ("Enter 추가  ↑↓ 선택  Esc 닫기", "Enter adds  ↑↓ choose  Esc closes"),
    "subs.no_master": (
        "종목 목록을 기다리는 중입니다. 지금은 전체 코드만 추가됩니다.",
        "Waiting for the contract list. Until it comes, only whole codes can be added.",
    ),
    "subs.no_hit": ("'{query}'에 맞는 종목이 없습니다.", 'No contract matches "{query}".'),
    "subs.widened": (
        "고른 상품과 만기에는 없어 전체에서 찾았습니다.",
        "Not in the chosen product and expiry; found in all.",
    ),
    "subs.unreadable": (
        "'{query}'은(는) 종목 코드나 행사가가 아닙니다.",
        '"{query}" is neither a code nor a strike.',
    ),
    "subs.watched": ("구독 중", "watched"),
    "subs.unlisted": ("목록에 없음", "not listed"),
    "subs.and_more": (" 외 {n}개", " and {n} more"),
    "subs.added_one": ("{label} 추가", "{label} added"),
    "subs.already": ("{label}은(는) 이미 있습니다.", "{label} is watched already."),
    "subs.added": ("{n}종목 추가", "{n} added"),
    "subs.added_none": ("모두 이미 있습니다.", "All of them are watched already."),
    "subs.added_waiting": (
        "{n}종목 추가, {waiting}종목은 슬롯 대기",
        "{n} added, {waiting} wait for a slot",
    ),
    "subs.offer": ("{n}종목 추가", "Add {n} contracts"),
    "subs.offer_bad": ("{n}종목 추가, 읽을 수 없음: {bad}", "Add {n}, cannot read: {bad}"),
    "subs.offer_none": ("읽을 수 없음: {bad}", "Cannot read: {bad}"),
    # chips and range
    "subs.products": ("상품", "Product"),
    "subs.expiries": ("만기", "Expiry"),
    "subs.more": ("+{n}", "+{n}"),
    "subs.more_long": ("만기 {n}개 더 보기", "{n} more expiries"),
    "subs.atm": ("등가 ±", "ATM ±"),
    "subs.atm_long": (
        "기초자산 값에 가장 가까운 행사가와 그 위아래 행사가 수",
        "The strike nearest the underlying, and how many above and below it",
    ),
    "subs.call": ("콜", "Call"),
    "subs.put": ("풋", "Put"),
    "subs.both": ("양쪽", "Both"),
    "subs.add": ("추가", "Add"),
    "subs.add_range": ("등가 둘레 추가", "Add around the money"),
    "subs.no_underlying": (
        "기초자산 값을 아직 몰라 등가를 정할 수 없습니다. 추가하지 않았습니다.",
        "The underlying is not known yet, so neither is the money. Nothing was added.",
    ),
    "subs.no_range": (
        "이 만기에는 행사가가 없습니다. 추가하지 않았습니다.",
        "This expiry has no strikes. Nothing was added.",
    ),
    "subs.no_master_range": (
        "종목 목록이 와야 등가 둘레를 추가할 수 있습니다.",
        "A range can be added once the contract list has come.",
    ),
    # following the money
    "subs.follow": ("등가 따라가기", "Follow ATM"),
    "subs.follow_long": (
        "슬롯을 고정 종목, 화면에 보이는 종목, 등가 둘레 순으로 줍니다. 지수가 움직이면 "
        "행사가가 바뀝니다.",
        "Slots go to pins, then to visible rows, then to strikes around the money, which change "
        "as the index moves.",
    ),
    "subs.follow_each": ("등가 위아래로 따라갈 행사가 수", "Strikes to follow above and below"),
    "subs.follow_count": (
        "등가 둘레 {around}종목, 최소 유지 시간 때문에 {dwelling}종목, 슬롯 없음 {out}종목.",
        "{around} around the money, {dwelling} kept for their minimum time, {out} without a slot.",
    ),
    "subs.what_if": ("움직이면?", "What if?"),
    "subs.what_if_long": (
        "지수가 움직이면 어느 종목이 바뀔지 미리 봅니다. 구독은 바뀌지 않습니다.",
        "See who would rotate if the index moved. Nothing is subscribed or released.",
    ),
    "subs.what_if_count": (
        "지수가 {move} 움직이면 {out}종목 나가고 {into}종목 들어옵니다",
        "If the index moves {move}, {out} rotate out and {into} in",
    ),
    "subs.what_if_more": ("외 {n}줄", "and {n} more lines"),
    "subs.what_if_none": (
        "지수가 {move} 움직여도 바뀌는 종목이 없습니다",
        "Nothing rotates if the index moves {move}",
    ),
    "subs.rotated": ("빠짐 {time}", "out {time}"),
    "subs.rotated_long": (
        "등가를 따라 {time}에 슬롯에서 빠졌습니다. 값은 그때까지의 마지막 값입니다.",
        "Rotated out at {time} as the slots followed the money; its values are the last.",
    ),
    "subs.left_out": ("슬롯 없음", "no slot"),
    "subs.left_out_long": (
        "등가를 따라가는 동안 이 종목에는 슬롯이 없습니다.",
        "No slot is left for it while the slots follow the money.",
    ),
    # budget
    "subs.slots": ("슬롯", "Slots"),
    "subs.budget_pinned": ("고정 {n}", "{n} pinned"),
    "subs.budget_waiting": ("대기 {n}", "{n} waiting"),
    "subs.budget_long": (
        "서버에 등록한 {held}종목, 한도 {limit}. 수신 {active}, 요청 중 {pending}, "
        "해제 중 {leaving}, 슬롯 대기 {waiting}, 거부 {refused}.",
        "{held} registered with the broker of {limit} allowed: {active} active, {pending} asked "
        "for, {leaving} being released. {waiting} wait for a slot, {refused} refused.",
    ),
    "subs.book": ("호가", "book"),
    "subs.book.wanted": ("호가는 슬롯을 기다립니다", "its order book waits for a slot"),
    "subs.book.pending": ("호가 등록을 요청했습니다", "its order book has been asked for"),
    "subs.book.active": (
        "호가도 등록되어 슬롯 하나를 더 씁니다",
        "its order book is registered too, on a slot of its own",
    ),
    "subs.book.rejected": ("호가 등록이 거부되었습니다", "its order book was refused"),
    "subs.book.releasing": ("호가 등록을 해제하고 있습니다", "its order book is being released"),
    "subs.budget_others": (
        "등록 가운데 {n}은(는) 목록에 없는 호가, 지수, 선물입니다.",
        "{n} of them are not on the list: order book, index, futures.",
    ),
    "subs.over": (
        "한도 {limit}을 넘은 {n}종목은 자리가 나면 순서대로 구독합니다.",
        "{n} past the limit of {limit} wait in order for a free slot.",
    ),
    "subs.cap": (
        "서버가 {limit}종목까지만 받았습니다. 같은 앱키를 쓰는 다른 프로그램이 있는지 확인하세요.",
        "The broker took only {limit}: another program may be using this app key.",
    ),
    "subs.forget_cap": ("한도 다시 확인", "Recheck limit"),
    # rows
    "subs.list": ("구독 목록", "Watched contracts"),
    "subs.empty": (
        "구독하는 종목이 없습니다.\n위에서 찾거나 등가 둘레를 추가하세요.",
        "Nothing is watched.\nFind a contract above, or add strikes around the money.",
    ),
    "subs.asked": ("요청 중", "asked"),
    "subs.asked_long": (
        "구독을 요청했고 답을 기다립니다.",
        "Asked for; the broker has not answered yet.",
    ),
    "subs.next": ("요청 차례", "next"),
    "subs.next_long": ("곧 구독을 요청합니다.", "Will be asked for in a moment."),
    "subs.retry": ("재요청", "asking again"),
    "subs.retry_long": (
        "서버가 받지 못해 다시 요청합니다: {reason}.",
        "The broker could not take it and is asked again: {reason}.",
    ),
    "subs.no_slot": ("슬롯 대기", "no free slot"),
    "subs.no_slot_long": (
        "슬롯 {limit}개가 모두 쓰입니다. 자리가 나면 구독합니다.",
        "All {limit} slots are taken. It is subscribed when one is freed.",
    ),
    "subs.no_link": ("연결 대기", "no link"),
    "subs.no_link_long": (
        "연결되면 구독합니다.",
        "It is subscribed once the connection is up.",
    ),
    "subs.refused": ("거부: {reason}", "refused: {reason}"),
    "subs.refused_long": ("서버가 거부했습니다: {reason}.", "The broker refused it: {reason}."),
    "subs.leaving": ("해제 중", "releasing"),
    "subs.leaving_long": (
        "해제를 요청했습니다. 답이 올 때까지 슬롯을 차지합니다.",
        "Being released. It holds its slot until the broker confirms.",
    ),
    "subs.no_trade": ("체결 대기", "no trade yet"),
    "subs.no_trade_long": (
        "구독 중이며, 아직 체결이 없습니다.",
        "Subscribed; it has not traded since.",
    ),
    "subs.active_long": ("수신 중입니다.", "Subscribed, data is coming."),
    "subs.quiet_long": ("구독 중이며, 한동안 체결이 없습니다.", "Subscribed; it has been quiet."),
    "subs.heard": ("마지막 수신 {age} 전", "last heard {age} ago"),
    "subs.pinned": ("고정됨", "pinned"),
    # what can be done with rows
    "subs.chart": ("차트로 보기", "Show on the charts"),
    "subs.pin": ("차트에 고정", "Pin to the charts"),
    "subs.unpin": ("고정 풀기", "Unpin"),
    "subs.up": ("위로", "Move up"),
    "subs.down": ("아래로", "Move down"),
    "subs.top": ("맨 위로", "Move to the top"),
    "subs.copy": ("코드 복사", "Copy codes"),
    "subs.ask_again": ("다시 요청", "Ask again"),
    "subs.remove": ("구독 해제", "Remove"),
    "subs.removed_one": ("{label} 해제", "{label} removed"),
    "subs.removed": ("{n}종목 해제", "{n} removed"),
    "subs.undo": ("되돌리기", "Undo"),
    "subs.undone": ("{n}종목을 되돌렸습니다.", "{n} are back."),
    "subs.copied": ("코드 {n}개 복사", "{n} codes copied"),
}
