"""Made dossiers of Quảng Bình and Quảng Trị: nobody in them exists, and the same seed makes the same ones."""
