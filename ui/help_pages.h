#pragma once

#include <QString>

#include <vector>

namespace lorashear::ui {

/// One file of resources/help.
struct HelpPage {
    QString id;        ///< its name without ".md"; "README" is the table of contents
    QString title;     ///< its first heading
    QString markdown;  ///< as it stands in the file
};

QString helpFolder();  ///< ends in "/"

/// All pages: the table of contents, then those it links to in its order, then any others by name. Empty where the folder is missing.
std::vector<HelpPage> readHelpPages();

/// One chapter of a page, with the heading that makes this anchor and all that stands below it; "" where there is none.
QString helpChapter(const QString& page, const QString& anchor);

/// What follows "#" in links to a heading, as GitHub makes it: "Half-space projection" is "half-space-projection".
QString headingAnchor(const QString& heading);

/// Where troubleshooting explains an error of these words (message and hint), as "PAGE#HEADING"; "" where it does not.
QString troublePlace(const QString& error);

}  // namespace lorashear::ui
