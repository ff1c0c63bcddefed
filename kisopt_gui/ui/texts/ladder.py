"""Texts of the ladder."""

TABLE: dict[str, tuple[str, str]] = {
    "ladder.title": ("호가", "Order book"),
    "ladder.table": ("5단계 호가", "Order book, five steps a side"),
    "ladder.hold": (
        "이 종목에 고정 (끄면 고른 종목을 따라갑니다)",
        "Stay with this contract (off: follow the selection)",
    ),
    "ladder.orders": ("건수", "Orders"),
    "ladder.asks": ("매도잔량", "Ask qty"),
    "ladder.price": ("호가", "Price"),
    "ladder.bids": ("매수잔량", "Bid qty"),
    "ladder.total": ("총잔량", "Total"),
    "ladder.age": ("{age} 전", "{age} ago"),
    "ladder.rest": ("REST {time} 조회값", "REST {time}"),
    "ladder.spread": ("스프레드 {spread}", "Spread {spread}"),
    "ladder.crossed": ("매수·매도 역전", "Crossed"),
    "ladder.none": ("종목을 고르면 호가가 보입니다.", "Select a contract to see its order book."),
    "ladder.index": ("지수에는 호가가 없습니다.", "An index has no order book."),
    "ladder.asking": ("잠시 머물면 호가를 등록합니다.", "Its book is asked for in a moment."),
    "ladder.waiting": ("첫 호가를 기다립니다.", "Waiting for the first change of the book."),
    "ladder.no_slot": (
        "슬롯 {limit}개가 모두 쓰여 빈 슬롯을 기다립니다. 종목을 하나 빼면 호가가 옵니다.",
        "All {limit} slots are held. Take a contract off the list and the book comes.",
    ),
    "ladder.refused": ("호가 등록이 거부되었습니다: {reason}", "The book was refused: {reason}"),
}
