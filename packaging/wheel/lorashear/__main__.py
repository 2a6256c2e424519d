"""python -m lorashear"""
import sys

from lorashear import main

sys.exit(main())
