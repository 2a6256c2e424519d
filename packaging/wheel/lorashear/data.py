"""python -m lorashear.data prints the folder with the bundled model, texts, recipes and help."""
from lorashear import HOME

FOLDER = HOME / "share" / "lorashear"

if __name__ == "__main__":
    print(FOLDER)
