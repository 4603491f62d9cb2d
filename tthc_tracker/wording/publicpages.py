"""What a page that everybody may open says to whoever opens it too often."""

TOO_OFTEN = "Quá nhiều lần mở trang. Hãy đợi một phút rồi thử lại."
