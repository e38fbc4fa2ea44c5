"""Every write of the review: one public function per gesture, one module per noun."""
