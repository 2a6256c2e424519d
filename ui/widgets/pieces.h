#pragma once

#include <QString>

class QAbstractItemModel;
class QBoxLayout;
class QFrame;
class QLabel;
class QLayout;
class QPushButton;
class QScrollArea;
class QTableView;
class QWidget;

namespace lorashear::ui {

/// Small makers, so that pages look alike and no widget is born without its name for screen readers and tests.
QLabel* makeTitle(const QString& text, QWidget* parent);
QLabel* makeHeading(const QString& text, QWidget* parent);
QLabel* makeMuted(const QString& text, QWidget* parent);    ///< wraps
QLabel* makeWarning(const QString& text, QWidget* parent);  ///< wraps; the words say that it is one
QLabel* makeProblem(const QString& text, QWidget* parent);  ///< wraps; what is wrong with an entry
QFrame* makeCard(QWidget* parent, QLayout* inside);         ///< a surface with a border; takes the layout
/// Scrolls down and up where its height does not suffice, and is as wide as it is: words inside wrap. The keyboard goes to what is inside.
QString plainTip(
    const QString& text);  ///< what QToolTip shows as it stands, though it looks like HTML: a token may be "<s>"
QScrollArea* makeScrolled(QWidget* inside, QWidget* parent);
/// For words alone: nothing in it takes the keyboard, so it does itself, where there is more than is seen.
QScrollArea* makeReadable(QScrollArea* area, const QString& objectName, const QString& accessibleName);
QPushButton* makeButton(const QString& objectName, const QString& text, const QString& toolTip, QWidget* parent,
                        bool primary = false);
/// A read-only table with selectable rows; columns follow their contents, the last takes the rest. The tip of a cell, and the whole of a
/// text that is cut, come up when the keyboard walks onto it.
QTableView* makeTable(const QString& objectName, const QString& accessibleName, QAbstractItemModel* model, QWidget* parent);
int tableRowHeight(const QTableView& table);  ///< that makeTable() gives for the table's type
/// A headline number over its caption; returns the number's label.
QLabel* addFigure(QBoxLayout* to, const QString& objectName, const QString& caption, QWidget* parent);

}  // namespace lorashear::ui
