"""What is said of a procedure besides its time limit."""

from enum import StrEnum


class ServiceLevel(StrEnum):
    """How much of it can be done online (dịch vụ công trực tuyến)."""

    FULL = "toan_trinh"
    PARTIAL = "mot_phan"
    INFORMATION = "thong_tin"
