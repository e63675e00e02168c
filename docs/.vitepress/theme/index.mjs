// Without web fonts: the site loads nothing but its own pages, and text does not move when a font arrives.
import DefaultTheme from "vitepress/theme-without-fonts";
import "./style.css";

export default DefaultTheme;
