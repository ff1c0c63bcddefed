"""Texts of the workspace part of the window: docks, layouts, and what is asked about them."""

TABLE: dict[str, tuple[str, str]] = {
    # docks
    "dock.float": ("창으로 띄우기", "Float"),
    "dock.redock": ("제자리에 붙이기", "Dock again"),
    "dock.close": ("닫기", "Close"),
    "dock.left": ("왼쪽으로", "To the left"),
    "dock.right": ("오른쪽으로", "To the right"),
    "dock.bottom": ("아래로", "To the bottom"),
    "dock.reset": ("패널 배치 초기화", "Reset the panels"),
    "dock.toggle_float": ("패널 띄우기/붙이기", "Float or dock this panel"),
    "dock.next": ("다음 패널로", "Next panel"),
    "dock.previous": ("이전 패널로", "Previous panel"),
    "dock.head_tip": (
        "끌어서 옮기기, 두 번 눌러 띄우거나 붙이기",
        "Drag to move, double-click to float or dock",
    ),
    # tabs
    "layouts": ("레이아웃", "Layouts"),
    "layouts.new": ("새 레이아웃", "New layout"),
    "layouts.unsaved": ("저장하지 않은 변경이 있습니다", "Has unsaved changes"),
    "layouts.save": ("저장", "Save"),
    "layouts.save_as": ("다른 이름으로 저장…", "Save as…"),
    "layouts.rename": ("이름 바꾸기", "Rename"),
    "layouts.duplicate": ("복제", "Duplicate"),
    "layouts.left": ("왼쪽으로 옮기기", "Move left"),
    "layouts.right": ("오른쪽으로 옮기기", "Move right"),
    "layouts.import": ("가져오기…", "Import…"),
    "layouts.export": ("내보내기…", "Export…"),
    "layouts.delete": ("삭제…", "Delete…"),
    "layouts.next": ("다음 레이아웃", "Next layout"),
    "layouts.previous": ("이전 레이아웃", "Previous layout"),
    # dialogs
    "layouts.name": ("이름", "Name"),
    "layouts.name_tip": ("1~40자", "1 to 40 characters"),
    "layouts.new_title": ("새 레이아웃", "New layout"),
    "layouts.new_text": (
        "지금의 종목, 열, 차트, 패널 배치를 새 이름으로 저장합니다.",
        "Saves the contracts, columns, charts and panels of now under a new name.",
    ),
    "layouts.save_as_title": ("다른 이름으로 저장", "Save as"),
    "layouts.ok_save": ("저장", "Save"),
    "layouts.ok_delete": ("삭제", "Delete"),
    "layouts.cancel": ("취소", "Cancel"),
    "layouts.delete_title": ("레이아웃 삭제", "Delete layout"),
    "layouts.delete_question": (
        "'{layout}' 레이아웃을 삭제할까요?",
        'Delete the layout "{layout}"?',
    ),
    "layouts.delete_text": (
        "되돌릴 수 없습니다. 남겨 두려면 먼저 내보내세요.",
        "This cannot be undone. Export it first if you may want it back.",
    ),
    "layouts.import_title": ("레이아웃 가져오기", "Import layouts"),
    "layouts.export_title": ("레이아웃 내보내기", "Export a layout"),
    "layouts.files": ("레이아웃 (*.json)", "Layouts (*.json)"),
}
