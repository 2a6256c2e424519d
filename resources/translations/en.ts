<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>lorashear</name>
    <message numerus="yes">
        <source>%n box(es); use the arrow keys to walk, Enter to open, Backspace to close</source>
        <translation><numerusform>%n box; use the arrow keys to walk, Enter to open, Backspace to close</numerusform><numerusform>%n boxes; use the arrow keys to walk, Enter to open, Backspace to close</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n operator(s)</source>
        <translation><numerusform>%n operator</numerusform><numerusform>%n operators</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n figure(s) saved.</source>
        <translation><numerusform>%n figure saved.</numerusform><numerusform>%n figures saved.</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>At most %n step(s) a second</source>
        <translation><numerusform>At most %n step a second</numerusform><numerusform>At most %n steps a second</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n edit(s) in force.</source>
        <translation><numerusform>%n edit in force.</numerusform><numerusform>%n edits in force.</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%1 %n step(s).</source>
        <translation><numerusform>%1 %n step.</numerusform><numerusform>%1 %n steps.</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n step(s) with a loss that is not a number</source>
        <translation><numerusform>%n step with a loss that is not a number</numerusform><numerusform>%n steps with a loss that is not a number</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n row(s), from %1 (%2) to %3 (%4)</source>
        <translation><numerusform>%n row, from %1 (%2) to %3 (%4)</numerusform><numerusform>%n rows, from %1 (%2) to %3 (%4)</numerusform></translation>
    </message>
</context>
</TS>
